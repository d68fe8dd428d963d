"""The language of segments: the words of a file or of flags come in.

Criteria go out, or an error that names the line and what to write instead.
"""
