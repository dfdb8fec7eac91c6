"""The feature store: the values that stored features are looked up in, as they come in."""
