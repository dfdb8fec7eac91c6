"""What both sides need of a product, one package a product: how its data are built and queried."""
