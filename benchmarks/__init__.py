"""Measurements: of speed and memory beside peers, and of what holds when things go wrong.

What a measurement that imports this starts keeps the bytecode that it compiles, whatever the shell
says: otherwise each process compiles all that it imports, and that is what is measured.
"""

import os

os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
