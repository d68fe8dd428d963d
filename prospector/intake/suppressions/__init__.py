"""In come lists of opt-outs, whatever they look like; out go entries of the suppression list, and what is not read.

targets             every address, domain and profile in a cell
lists               the rows of any file or table
importer            onto the list, all of it or nothing
"""
