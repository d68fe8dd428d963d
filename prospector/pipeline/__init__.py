"""What came back and where prospects stand: in come mails, payloads and words by hand, out go events and what follows.

mail        one raw message to its class, its text and what it asks for; no network, no database
events      what happened, to whom: matched, stored once, whichever way it came
next        the tasks of the day, by value
mailboxes   raw messages out of files and folders
<<<<<<< HEAD
tools       what e-mail tools tell: payloads and exports, as events
serving     the receiver of webhooks, forms and opt-outs
=======
>>>>>>> main
effects     what follows: stops, pauses, opt-outs, tasks, proofs of addresses
stages      where people stand, by rules, by hand, and by the clock
deals       what may be bought, what is known of it, and what it lacks
crm         what HubSpot and Salesforce are told of both
report      how campaigns, stages and deals do, each number with its statement
<<<<<<< HEAD
=======
tools       what e-mail tools tell: payloads and exports, as events
serving     the receiver of webhooks, forms and opt-outs
>>>>>>> main
"""
