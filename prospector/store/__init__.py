"""The store: one SQLite file that is also pleasant to open in any SQLite browser.

In: observations, and what a user decides about records. Out: current values, and the history behind each.
"""
