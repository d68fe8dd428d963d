"""Enrichment: which look-ups can still change a list, made, and kept with their evidence.

In come a segment and what is stored; out go look-ups with their evidence, or what they would cost. What answers what
stands in `core.sources`.

sources, weighing       how each source is asked; whether asking can still change an answer
planner, forecast       which steps can still change the list; what they will cost
inspect                 one company or one saved page, on one screen
crawl                   many companies, interruptible
calls, people           sources that are a function: what is left for whom, asked within the budget
recording, remembering  what was read, into the store; what is left for the next visit
"""
