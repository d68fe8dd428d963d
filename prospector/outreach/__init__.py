"""Outreach: who must not be written to, what would happen (the plan), what has left (the ledger).

In come a campaign's files and the database; out go a plan, person by person, and folders below `exports/`.
"""
