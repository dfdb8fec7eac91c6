"""The database of records, manifests, events and outcomes: what is committed is visible."""
