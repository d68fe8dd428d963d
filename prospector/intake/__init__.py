"""Intake: files of people and companies, whoever wrote them, become rows, and rows become records.

archives, decoding, readers                   any file, unpacked and as text
csv_tables, json_tables, spreadsheets         ... as a table of raw rows (workbook_rows is a process of its own)
header_data, mappings, profiles, date_orders  what its columns mean
cells, money, row_parts, company_rows, rows   what a row says, in canonical values; parsing: many rows at once
importer, rejects, trial                      into the store; what stays out, and why; or only as a trial
opt_outs, suppression_list, suppression_import  a list of opt-outs, whatever it looks like, onto the suppression list
"""
