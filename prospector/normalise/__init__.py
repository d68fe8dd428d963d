"""Normalise: each kind of value in one form, by small pure functions. What says nothing becomes None."""
