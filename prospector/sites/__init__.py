"""Sites: what a company's own site says, looked up politely. It knows no segment.

In comes a company's domain; out goes a reading: technologies, ad tags, open jobs, facts, and what could not be read.

page/          a page, decoded and parsed once: text, links, elements, structured data
technologies/  technologies and ad tags, by their signs
hiring/        open jobs, on the site and on job boards
facts/         name, address, contact, social profiles; who runs the mail
visit/         one company's site step by step, its pages read in a process beside the network
"""
