"""Production's own implementations, one package a product."""
