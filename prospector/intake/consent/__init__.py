"""In come labels and cells about consent; out goes what they answer: one may write, one must not, or unclear.

words               the stems of `data/consent.tsv`
labels              which way round yes and no are in a column
cells               what one cell answers
"""
