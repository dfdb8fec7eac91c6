"""Runs the graph: in bulk for a matrix, and over bound memory for one row.

A session belongs to the process that made it, so it is made at the first answer.
"""

from __future__ import annotations

from ctypes import addressof, c_float
from functools import cached_property
from threading import Lock
from typing import TYPE_CHECKING, Any

import numpy as np
import onnxruntime as ort

if TYPE_CHECKING:
    from collections.abc import Callable
    from ctypes import Array

    import numpy.typing as npt

    from contracts.ports import Floats


class Runtime:
    """One graph from a float32 matrix to probabilities.

    Args:
        graph: The graph, serialized.
        columns: Of the matrix.
    """

    def __init__(self, graph: bytes, *, columns: int) -> None:
        self._graph = graph
        self._columns = columns

    def many(self, matrix: npt.NDArray[np.float32]) -> Floats:
        """Return (n, 1) probabilities."""
        (found,) = self._session.run(None, {self._session.get_inputs()[0].name: matrix})
        return np.asarray(found, dtype=np.float64)

    @cached_property
    def one(self) -> Callable[[list[Any]], float]:
        """The function from one row of the matrix to its probability."""
        # The session reads and writes these in place: a run then copies nothing, and takes half the
        # time of one that is handed its input. C arrays are filled quicker than numpy's.
        row, found, lock = (c_float * self._columns)(), c_float(), Lock()
        binding, run = self._bind(row, found), self._session.run_with_iobinding

        def answer(numbers: list[Any]) -> float:
            with lock:
                row[:] = numbers
                run(binding)
                return found.value

        return answer

    def _bind(self, row: Array[c_float], found: c_float) -> ort.IOBinding:
        """Return a binding to the memory of a row and of its answer, which must outlive it."""
        (source,), (sink,) = self._session.get_inputs(), self._session.get_outputs()
        binding = self._session.io_binding()
        shape = (1, self._columns)
        binding.bind_input(source.name, "cpu", 0, np.float32, shape, addressof(row))
        binding.bind_output(sink.name, "cpu", 0, np.float32, (1, 1), addressof(found))
        return binding

    @cached_property
    def _session(self) -> ort.InferenceSession:
        options = ort.SessionOptions()
        # A row is quicker than the hand-over to a second thread, and batches come in processes.
        options.intra_op_num_threads = options.inter_op_num_threads = 1
        return ort.InferenceSession(self._graph, options, providers=["CPUExecutionProvider"])
