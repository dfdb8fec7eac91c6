"""Stored features: the latest values known at the time of an event, by entity."""
