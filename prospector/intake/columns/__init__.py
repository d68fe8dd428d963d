"""What columns mean: a header, the labels known for each field, and saved mappings come in.

The field that each column stands for goes out, and how the dates in it are written.
"""
