"""Technologies: a parsed page, headers, cookies and DNS records come in.

Products and ad tags go out, each with the sign that it was known by.
"""
