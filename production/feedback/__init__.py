"""Feedback: the logs of served events and of outcomes, and the two joined."""
