"""When to refresh the model: a trigger decides from runtime metrics, one kind a file."""
