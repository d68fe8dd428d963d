"""Enrichment: which look-ups can still change a list, made, and kept with their evidence.

planner, forecast       which steps can still change the list; what they will cost
inspect                 one company or one saved page, on one screen
crawl                   many companies, interruptible
recording, remembering  what was read, into the store; what is left for the next visit
"""
