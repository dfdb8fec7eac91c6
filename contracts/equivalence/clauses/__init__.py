"""The built-in clauses, a module each with the parts of those that are judged in parts."""
