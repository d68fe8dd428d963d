"""Intake: files of people and companies, whoever wrote them, become rows, and rows become records.

In comes any file; out go records with their history, suppressions, and a list of what stayed out and why.

files/    any file, unpacked and as text, as a table of raw rows (workbook_rows is a process of its own)
consent/  what labels and cells about consent answer
columns/  what its columns mean
rows/     what a row says, in canonical values; which rows stay out, and why
suppressions/  lists of opt-outs, on their way to the suppression list
ready, parsing, parse_process                 many rows at once, of large files by a process beside the import
importer, changed_records, consent_record     into the store, with what an undo needs
date_orders                                   whether the day or the month comes first in a file's dates
trial                                         what an import would do
"""
