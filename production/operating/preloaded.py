"""What agents load, loaded once: whoever imports this is what they are forked from.

No code of a product's own: what it does when it is imported may not bear a fork.
"""

# ruff: noqa: F401 - to load them is all

from __future__ import annotations

import gc

import pyarrow as pa

import contracts.data.programmatic
import production.agents.evaluation
import production.operating.agent_process

pa.array([0])  # with the first one it loads pandas
gc.freeze()  # or the first collection of each would copy all of this
