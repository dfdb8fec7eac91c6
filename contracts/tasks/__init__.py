"""The tasks of `python -m contracts`: each makes the parts it needs, runs them, reports."""
