"""What a row says: raw cells and the fields of their columns come in.

Canonical values of a person and a company go out, and what was not understood, each with its code.
"""
