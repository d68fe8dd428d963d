"""Events: in comes what a mailbox, a tool or a person tells of, out go rows of `events`, each once and matched.

kinds               the classes of events, and what each means for counting
incoming            an event as it is told, before it is known whose it is
    from_mail           what a mail says, as events
message_ids         which touch a mail of ours was, by its Message-ID
matching            whose an event is: lead, message, address
suggesting          who may be meant where nobody is known: somebody of the same name at the same firm
storing             events once each, with what they were read from; unmatched ones are tried again
telling             what is said of them
    shapes              their JSON
"""
