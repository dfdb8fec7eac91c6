"""A solution for any table of numbers and texts, configured by its schema."""
