"""Segments: an ideal customer in a file, asked of the database in SQL and of one record in Python.

In come a segment's words and the database; out go people, counts, and why somebody matches.

language/  from the words of a file or of flags to criteria; load, check, save
criteria/  one class a form of the table of fields: words, SQL face, Python face, reason, what it rules out; groups
sql/       conditions as a tree, and the statement that is made of them
segment    an ideal customer: criteria, what to do with the unknown, scores and limits
selection  the compiled question: counts, matching people, explanation (compiler)
ranking    scores; reasons: why a person matches
"""
