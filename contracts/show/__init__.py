"""Contracts for a person to read: one as a document, all as a list, one in other formats."""
