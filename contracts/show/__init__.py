"""Contracts for a person to read: one as a document, all of them as a list."""
