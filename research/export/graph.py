"""Runs an ONNX graph with an input a column, without scikit-learn."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np
import onnxruntime as ort

if TYPE_CHECKING:
    from collections.abc import Mapping

    from contracts.ports import Floats


class Graph:
    """An exported graph.

    The session is made at the first answer, in the process that answers.

    Args:
        state: The graph, serialized.
    """

    def __init__(self, state: bytes) -> None:
        self._state = state

    @cached_property
    def inputs(self) -> dict[str, bool]:
        """Each input column in order, and whether it is text."""
        return {each.name: each.type == "tensor(string)" for each in self._session.get_inputs()}

    def answers(self, values: Mapping[str, Any]) -> Floats:
        """Return all the graph answers to columns of (n, 1) values, (n, m)."""
        (found,) = self._session.run([self._output], values)
        return np.asarray(found, dtype=np.float64)

    @cached_property
    def _output(self) -> str:
        # A classifier's graph gives labels before probabilities, a regressor's its values alone.
        return str(self._session.get_outputs()[-1].name)

    @cached_property
    def _session(self) -> ort.InferenceSession:
        options = ort.SessionOptions()
        options.intra_op_num_threads = options.inter_op_num_threads = 1
        options.log_severity_level = 3  # what a graph's answers are worth, a comparison says
        return ort.InferenceSession(self._state, options, providers=["CPUExecutionProvider"])
