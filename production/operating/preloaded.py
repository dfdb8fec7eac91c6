"""What agents load, loaded once: whoever imports this is what they are forked from.

No code of a product's own: what it does when it is imported may not bear a fork.
"""

# ruff: noqa: F401 - to load them is all

from __future__ import annotations

import gc

import pandas as pd  # pyarrow asks it about each array

import contracts.data.programmatic
import production.agents.evaluation
import production.operating.agent_process
from production.assembly.code import code_digest

code_digest()  # of the files as they are now: what is trained later names the code that runs
gc.freeze()  # or the first collection of each would copy all of this
