"""Rows and their outcomes: sources, checks, labelled rows, predictions, the naive baseline."""
