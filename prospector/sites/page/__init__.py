"""A page: its bytes, address and headers come in.

It goes out decoded and parsed once, with its text, links, elements, limits, script state and structured data.
"""
