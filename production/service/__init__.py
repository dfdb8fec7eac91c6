"""Live operation: a product in service, its state, its server over HTTP."""
