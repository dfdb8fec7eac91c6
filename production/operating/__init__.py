"""Live operation: each agent in a process of its own, under one supervisor."""
