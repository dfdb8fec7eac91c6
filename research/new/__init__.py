"""Makes a product of a table: looks at the data, learns once, and writes the product's file."""
