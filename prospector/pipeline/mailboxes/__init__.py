"""Mailboxes: in come files and folders of mails, out go the raw messages one by one, whatever their number.

files       .eml, mbox, and folders of them
"""
