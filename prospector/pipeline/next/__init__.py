"""The tasks of the day: in come events, touches, stages and deals of a day, out goes one list, the most valuable first.

items       one task: what, who, until when, why, what it is worth
worth       what a task is worth, and why
sources of tasks, each a function from the database and the day to items:
    answers     tools to stop, answers that wait for a look, replies to answer, what somebody noted
    touches     calls, LinkedIn touches and other tasks of sequences
    left_alone  whom nobody is to touch now, and what is done
    selling     deals and stages that stand still
    advice      the one change that the numbers suggest
today       all of it in order, with a pile spread over days
marking     done, skipped, later: said once, never asked again
    shapes      its JSON
"""
