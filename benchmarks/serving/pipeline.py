"""The pipeline that the peers serve: fitted as the joint generation was."""

from __future__ import annotations

from typing import TYPE_CHECKING

import joblib
import numpy as np
import pandas as pd
from sklearn.preprocessing import FunctionTransformer

from contracts.config import instantiate
from contracts.data.rows import with_outcome
from contracts.ports import OUTCOME
from production.assembly.serving import deployed_contract
from research.export.arrays import arrays, text_columns
from research.solutions.flights.solution import pipeline

if TYPE_CHECKING:
    from pathlib import Path

    from contracts.ports import Source
    from production.registry.generations import Generation
    from production.settings import Production


def fit_again(config: Production, generation: Generation, file: Path) -> None:
    """Fit research's pipeline as a generation was, from what the registry says of it.

    The step that casts numbers is one of scikit-learn's own, so that no peer needs our code.

    Raises:
        RuntimeError: The source gives other rows than the generation was trained on.
    """
    contract = deployed_contract(config)
    source: Source = instantiate(config.product.source, "product.source")
    known = source.window(generation.start, generation.end, known_by=generation.known_by)
    rows = with_outcome(known).select([*contract.inputs, OUTCOME])
    if rows.num_rows != generation.rows:
        raise RuntimeError(f"expected {generation.rows} rows, the source gives {rows.num_rows}")
    inputs = rows.drop_columns([OUTCOME])
    estimator = pipeline(text_columns(inputs), generation.params, seed=generation.seed)
    single = FunctionTransformer(np.asarray, kw_args={"dtype": np.float32})
    estimator.set_params(encode__remainder=single)
    estimator.fit(pd.DataFrame(arrays(inputs)), rows[OUTCOME].to_numpy().astype(np.int8))
    joblib.dump(estimator, file)
