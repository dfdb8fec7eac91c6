"""Production's implementation of boosted trees on any table of numbers and texts."""
