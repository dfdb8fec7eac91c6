"""Metrics: one a file, found by name in the registry, numpy alone."""
