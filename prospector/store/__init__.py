"""The store: one SQLite file that is also pleasant to open in any SQLite browser."""
