"""The tasks that describe lifecycles: what they print and report, without running anything."""
