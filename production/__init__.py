"""Implements, releases, serves, evaluates and retrains."""
