"""A generation as files: how it is written, read back, and what it is compatible with."""
