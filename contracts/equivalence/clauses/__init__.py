"""The clauses that are built in, a module each, and what they are made of."""
