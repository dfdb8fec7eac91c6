"""Research's solutions, one package a product."""
