"""The receiver: in come webhooks, forms and opt-outs over HTTP, out go events, each stored before it is answered.

listening   the server: how many, how large, how slow
answering   which request is what, and what it gets
bodies      what a request holds, as values
forms       what somebody has filled in, as a record that an import takes
pages       the pages that a person sees
"""
