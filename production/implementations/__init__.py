"""Production's own implementations: one package a product, or a kind of model of several."""
