"""What agents and trainings load, loaded once: whoever imports this is what they are forked from.

No code of a product's own: what it does when it is imported may not bear a fork.
"""

# ruff: noqa: F401 - to load them is all

from __future__ import annotations

import gc

import pandas as pd  # pyarrow asks it about each array

import contracts.data.programmatic
import production.agents.evaluation
import production.operating.agent_process
import production.operating.training_process

gc.freeze()  # or the first collection of each would copy all of this
