"""The sample workspace: fictional companies and people, import files made of them, and their web sites.

In comes a day; out go the files and the sites of that day, the same each time.

`files.sample_files(as_of)` gives the files to import, `people.EXPECTED_MATCHES` who must be found in the end,
`answers.inbox` what comes back after the hand-over,
and `server.SiteServer(sites.DemoSites(as_of))` the web that the enrichers read, on loopback. All is invented:
domains end in .example, phone numbers are of the ranges kept free for fiction, no name is that of a company
known to us.
"""
