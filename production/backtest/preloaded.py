"""What the runs of a comparison load, loaded once: whoever imports this is what they are forked of.

No code of a product's own: what it does when it is imported may not bear a fork.
"""

# ruff: noqa: F401 - to load them is all

from __future__ import annotations

import gc
from contextlib import suppress

import pyarrow as pa

import contracts.config.entry
import contracts.data.programmatic
import production.assembly.parts
import production.backtest.beside

with suppress(ImportError):  # without the extra `train`
    import sklearn.ensemble
    import sklearn.linear_model
    import sklearn.pipeline

pa.array([0])  # with the first one it loads pandas
gc.freeze()  # or the first collection of each would copy all of this
