"""Every choice, declared: one folder a port, one file an option."""
