"""Enrichment: what a company's own site shows, looked up politely and kept with its evidence.

page, page_text, page_state     a page, decoded and parsed once
structured_data, site_facts     name, address, contact, social profiles
tech_stack, tag_manager         technologies and ad tags
careers, boards                 open jobs, on the site and on job boards
page_readings                   what a fetched page says, as one plain value
page_process, workers, faults   pages read in a process beside the network; faults of ours, told in a line
site_reading                    what one visit found, and what it leaves for the next
site_reader, deeper             one company's site step by step; other pages of it, and its DNS records
recording, remembering          what was read, into the store; what is left for the next visit
planner, forecast               which steps can still change the list; what they will cost
crawl                           many companies, interruptible
"""
