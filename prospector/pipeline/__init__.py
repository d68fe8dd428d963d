"""What came back: in come the mails that answer ours, out goes what each of them says.

mail        one raw message to its class, its text and what it asks for; no network, no database
"""
