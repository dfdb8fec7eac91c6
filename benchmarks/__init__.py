"""Measurements: of speed and memory beside peers, and of what holds when things go wrong.

Processes that they start keep the bytecode that they compile, whatever the shell says: otherwise
each compiles all that it imports, and that is what is measured.
"""

import os

os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
