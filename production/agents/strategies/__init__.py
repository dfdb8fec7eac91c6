"""How a refresh makes the next model: a strategy a file, all behind the port in ``port.py``."""
