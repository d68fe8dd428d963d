"""One question about a prospect: a field and what is wanted of it come in.

Criteria go out, each with an SQL face, a Python face and a reason; groups of them in Kleene's three-valued logic.
"""
