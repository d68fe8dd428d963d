"""Facts of a company: parsed pages and DNS records come in.

Name, address, size, contact, social profiles and the mail's host go out, as far as the site says them.
"""
