"""Writes the draft of a contract from what was learned, or says why it cannot."""
