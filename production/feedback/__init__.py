"""The feedback loop's memory: what was served, what came true, and the two brought together."""
