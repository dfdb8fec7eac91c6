"""What clauses use: how the two sides are asked, and what is measured of their answers."""
