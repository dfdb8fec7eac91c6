"""The database: where records, manifests, events and outcomes are committed, and so visible."""
