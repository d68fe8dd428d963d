"""Any file, whoever wrote it: its bytes come in, packed or not, as CSV, JSON or a workbook.

Its table goes out: a header and raw rows, each with its place in the file.
"""
