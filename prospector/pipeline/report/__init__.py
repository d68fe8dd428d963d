"""The report: in come the tables of campaigns, events, stages and deals, out go numbers that one can
work out again.

numbers     every number: one SQL statement each in `sql/`, with its definition, formula and source
figures     the statements run, the shared parts once
winners     which variant won, which facts go with replies: tests, corrected for how many there are
backtest    whether a segment's scores go with what became of people
target      whether the open deals reach an amount, and what each stage needs for it
report      all of it as one value
    shapes      its JSON
tables      its tables for the terminal
parts       parts of it that are asked for by themselves, and every number as a row for CSV
page/       its page: HTML and SVG without a script
"""
