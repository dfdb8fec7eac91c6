"""Writes the draft of a contract out of what was learned, or says why there can be none."""
