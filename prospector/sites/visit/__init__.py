"""A visit: a company's domain comes in, and what the last visit left.

One reading of its site goes out: what was found, what was not, and what could not be read and why.
"""
