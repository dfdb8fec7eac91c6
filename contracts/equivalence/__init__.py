"""Holds a candidate to a contract's clauses, against a reference or what the contract recorded."""
