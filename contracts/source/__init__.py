"""Data on demand by time window, as known by a moment: adapters of the source port."""
