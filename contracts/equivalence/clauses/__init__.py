"""The clauses that are built in, a module each, and the parts of those that are judged in parts."""
