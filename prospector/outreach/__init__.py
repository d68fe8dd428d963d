"""Outreach: who must not be written to, what would happen (the plan), what has left (the ledger)."""
