"""Intake: files of people and companies, whoever wrote them, become rows, and rows become records.

decoding, csv_tables, json_tables, readers    any file as a table of raw rows
header_data, mappings                         what its columns mean
cells, row_parts, rows                        what a row says, in canonical values
importer, rejects, suppression_list           into the store; what stays out, and why
"""
