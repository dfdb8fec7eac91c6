"""Trains, tunes and evaluates a solution on what was known at the time."""
