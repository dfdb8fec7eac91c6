"""A small product with both its sides, and faults to seed into one of them."""
