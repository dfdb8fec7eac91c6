"""Rows and their outcomes: sources, splits of time, the naive baseline."""
