"""Experiments: the running one is read, a proposed selector is judged before it is published."""
