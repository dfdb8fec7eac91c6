"""Explores, proves a solution, and publishes a contract."""
