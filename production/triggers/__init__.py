"""Triggers, a file each: each decides from the runtime metrics when to refresh the model."""
