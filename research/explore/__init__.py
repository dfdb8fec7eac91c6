"""Looks at a product's data before anything is learned, and writes what it found."""
