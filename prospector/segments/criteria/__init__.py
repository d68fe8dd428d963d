"""One question about a prospect: a row of the table of fields and the words of its value come in.

Criteria go out, one class a form, each with an SQL face, a Python face, a reason and what it rules out; groups of them
in Kleene's three-valued logic.
"""
