"""Selectors: which generation serves a request."""
