"""Proves that a candidate fulfils a contract, clause by clause.

To add a clause, read `clause`, which has all that it is made of, and `clauses.golden`, a small one.

- `clause`, `case`: what a clause is, and the two sides as it sees them
- `clauses`: the built-in ones, a module each; `comparison` and `probes` are what several share
- `registry`: finds clauses by name, and lists what a contract asks
- `configured`, `sides`, `held_out`: the two sides as configured; their fits, predictions and rows
- `proof`: judges every clause, and keeps a record of it
- `report`: what a person reads of a proof
"""
