"""Segments: an ideal customer in a file, asked of the database in SQL and of one record in Python.

criteria   one question about a prospect, with an SQL face and a Python face
groups     all of, any of, not: Kleene's three-valued logic over criteria
parsing    from the words of a file or of flags to criteria
files      segment files: load, check, save
selection  the compiled question: counts, matching people, explanation
"""
