"""What all rooms share: plain text, numbers and dates come in, and nothing of any other room.

Errors, processes, partial values, YAML with its lines, the one table of fields, evidence and records go out.
"""
