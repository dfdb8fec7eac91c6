"""Metrics, found by name in the registry; numpy and scipy alone."""
