"""Enrichment: what a company's own site shows, looked up politely and kept with its evidence.

page, page_text, page_state     a page, decoded and parsed once
structured_data, site_facts     name, address, contact, social profiles
tech_stack, tag_manager         technologies and ad tags
careers, boards                 open jobs, on the site and on job boards
site_reader                     one company's site, in as few requests as its questions need
recording                       what was read, into the store
crawl                           many companies, interruptible
"""
