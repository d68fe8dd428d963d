"""E-mail tools: in come their payloads, exports and API answers, out go events; each tool is a small file.

registry    the tools by their names: `instantly.py`, `smartlead.py`, `lemlist.py` and so on
reader      what a tool is for those who read it
facts       a payload or a row, flat, by names without case and signs
words       what tools call what happened, by `data/tool_events.tsv`
times       when it happened, as they write it
proofs      how a webhook proves where it comes from
payloads    a payload as events
    answers     what was written, read as the mail that it was; bounces by the host's words
pulling     a campaign in a tool, asked what is new, and until when it was read
    pulls       which lists each tool has for that
remote_leads    whom a tool means by its own number
exports     rows of exports as events, and which tool wrote a file
"""
