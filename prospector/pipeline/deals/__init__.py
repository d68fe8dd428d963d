"""Deals: in comes what somebody says of one, out go its changes one by one, its letters of MEDDIC, and what it lacks.

values      amounts, currencies and names as a user writes them
letters     what is known of each letter, how well, and how old that is
gates       what a deal lacks for a stage
records     a deal as it stands, with its changes
writing     opening and changing deals: every change is kept
shapes      their JSON
"""
