"""Runs a product's own history under a lifecycle, and compares lifecycles on it."""
