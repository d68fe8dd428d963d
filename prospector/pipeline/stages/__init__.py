"""Stages: in come what happened, moves by hand and the day, out goes where everybody stands, and how they came there.

settings            what `pipeline.yaml` says: stages, rules of entry, gates
    checking            whether every word of it is known
    files               reading it
scoring             engagement: points that fade
history             the way of one person, a pure function of facts
facts               the facts, read for some people at a time
fit                 how well people match the segment of their campaign
refreshing          stages worked out again of whom something has changed
moves               moves by hand; where one person stands
overview            every stage with the people and deals in it
shapes              their JSON
"""
