"""Who acts: the agents (and the one scripted person) of a lifecycle, one a file."""
