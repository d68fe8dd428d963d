"""Destinations: one module per file format or tool, all with one signature (see `handover`).

In come finished leads, one by one; out go files, or what a tool answered.
"""
