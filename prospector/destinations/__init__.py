"""Destinations: one module per file format or tool, all with one signature (see `handover`)."""
