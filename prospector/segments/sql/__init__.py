"""The SQL of a segment: conditions come in, as a tree of values.

One statement goes out, its values bound, arranged so that SQLite answers it fast.
"""
