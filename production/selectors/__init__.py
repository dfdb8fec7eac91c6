"""Which generation serves: a selector maps runtime metrics to a distribution, one kind a file."""
