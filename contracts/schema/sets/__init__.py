"""The sets of values that checks let pass, so that two schemas can be compared."""
