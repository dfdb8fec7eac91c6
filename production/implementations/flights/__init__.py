"""Production's implementation of flights: text looked up, trees kept as data."""
