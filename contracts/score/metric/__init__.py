"""Metrics, found by name in the registry; numpy alone."""
