"""Outreach: who must not be written to, what would happen (the plan), what has left (the ledger).

In: a campaign of the settings, and the people of its segment. Out: a plan, or a run's folder with its manifest.
"""
