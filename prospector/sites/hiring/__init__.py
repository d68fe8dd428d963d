"""Hiring: parsed pages, links and the answers of job boards come in.

Openings go out, with title, department, place and day; a list that could not be read is not an empty one.
"""
