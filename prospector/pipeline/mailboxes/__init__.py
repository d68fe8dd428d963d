"""Mailboxes: in come folders of a server and saved mails, out go events, however many, and how far all was read.

files       raw messages out of .eml, .emlx, mbox, maildir, folders and archives of them
spans       how far a folder is read, and which spans of time were read without a gap
accounts    the mailboxes of the settings, and where their passwords are found
pulling     what is new in a mailbox, by IMAP
reconciling what a mailbox holds now beside what was read of it
coverage    whose answers were read, and whose were not
answers     what is to be said of one person's answer
shapes      the JSON of it
"""
