"""Explores a product's data before anything is learned, and writes a report about it."""
