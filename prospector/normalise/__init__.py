"""Normalise: each kind of value in one form, by small pure functions.

In comes what somebody wrote; out goes its one form, from one vocabulary. What says nothing becomes None.
"""
