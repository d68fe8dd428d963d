"""What follows from events: in come events as they are read, out go stops, pauses, opt-outs, tasks and proofs.

rules               the one table: which answer leads to what, as the workspace has it
wanted              what is to follow from one event: a pure function
doing               each of these done, and taken back
following           events to what follows from them, once each, whatever their order
reviewing           an event as a person reads it, whose word counts
rereading           stored mails by better rules
by_hand             something that a person tells
log                 events as they are known, with what followed
    shapes              their JSON
"""
