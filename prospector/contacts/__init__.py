"""What is known of an address: addresses come in, and verdicts go out that say no more than their evidence.

kinds       what an address shows by itself: role, personal, disposable, a slip in its domain
mail_hosts  which hosts accept everything, and what their yes is worth
verdicts    verdict(facts): the short pure function, with the rules that docs/contacts.md has as a table
    replies     what a mail host's answer says of the person
    probing     asks mail hosts for boxes: paced, and again when they ask for that
    checking    asks what is not known fresh, keeps the answers; judge(db, emails, ...) asks nobody
    likelihoods how likely an address is there whose host takes any name, by own answers and bounces
    lists       files with addresses in them
    files       a verdict for each row of a list
candidates  how a name may be written in an address
    patterns    infer_pattern(pairs): how a company makes addresses, and what it would make of a name
"""
