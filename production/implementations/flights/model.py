"""The trained state that production serves: an encoding, and the graph of its trees."""

from __future__ import annotations

from ctypes import addressof, c_float
from functools import cached_property
from threading import Lock
from typing import TYPE_CHECKING, Any, Self

import msgspec
import numpy as np
import onnxruntime as ort
from msgspec.structs import astuple

from contracts.errors import StateError
from production.implementations.flights.adopt import adopt
from production.implementations.flights.encoding import NAN, Encoding

if TYPE_CHECKING:
    from collections.abc import Callable
    from ctypes import Array
    from pathlib import Path

    import pyarrow as pa

    from contracts.ports import Floats
    from production.implementations.flights.encoding import Matrix

ENCODING_FILE, TREES_FILE = "encoding.json", "trees.onnx"


class FlightsModel:
    """The probability that a flight arrives late.

    Args:
        encoding: From rows and records to the trees' matrix.
        trees: Their graph, serialized.
    """

    def __init__(self, encoding: Encoding, trees: bytes) -> None:
        self._encoding = encoding
        self._trees = trees
        self._graph = TreeGraph(trees, columns=len(encoding.categories))
        self._codes = encoding.codes()

    def predict(self, rows: pa.Table) -> Floats:
        """Return the probability for each of n rows, (n, 1)."""
        return self._graph.many(self._encoding.matrix(rows))

    def one(self, record: Any) -> tuple[float, ...]:
        """Return the probability for one record of the contract's type."""
        numbers: list[Any] = [NAN if value is None else value for value in astuple(record)]
        for at, codes in self._codes:
            numbers[at] = codes.get(numbers[at], NAN)
        return (self._graph.one(numbers),)

    def write(self, folder: Path) -> None:
        """Write the encoding as JSON and the trees as ONNX."""
        (folder / ENCODING_FILE).write_bytes(msgspec.json.encode(self._encoding))
        (folder / TREES_FILE).write_bytes(self._trees)

    @classmethod
    def read(cls, folder: Path) -> Self:
        """Return the model written into a folder.

        Raises:
            StateError: A file is missing or is not what was written.
        """
        try:
            encoding = msgspec.json.decode((folder / ENCODING_FILE).read_bytes(), type=Encoding)
            return cls(encoding, (folder / TREES_FILE).read_bytes())
        except (FileNotFoundError, msgspec.DecodeError) as error:
            raise StateError(f"{folder} holds no model of flights: {error}") from error

    @classmethod
    def adopt(cls, folder: Path) -> Self:
        """Return the model that predicts from the state research's solution exported.

        Raises:
            MissingExtraError: The extra ``[train]`` is not installed.
            StateError: The folder holds no state that can be read here.
        """
        return cls(*adopt(folder))


class TreeGraph:
    """Runs a graph from a float32 matrix to probabilities: many rows, or one over bound memory.

    The session is made at the first prediction, in the process that predicts.

    Args:
        graph: The graph, serialized.
        columns: Of the matrix.
    """

    def __init__(self, graph: bytes, *, columns: int) -> None:
        self._graph = graph
        self._columns = columns

    def many(self, matrix: Matrix) -> Floats:
        """Return the probabilities of n rows, (n, 1)."""
        (probabilities,) = self._session.run(None, {self._session.get_inputs()[0].name: matrix})
        return np.asarray(probabilities, dtype=np.float64)

    @cached_property
    def one(self) -> Callable[[list[Any]], float]:
        """The function from one row of the matrix to its probability."""
        # The session reads and writes these in place: such a run copies nothing, and takes half the
        # time of one that is given its input. C arrays are filled faster than numpy's.
        row, probability, lock = (c_float * self._columns)(), c_float(), Lock()
        binding, run = self._bind(row, probability), self._session.run_with_iobinding

        def predict(numbers: list[Any]) -> float:
            with lock:
                row[:] = numbers
                run(binding)
                return probability.value

        return predict

    def _bind(self, row: Array[c_float], probability: c_float) -> ort.IOBinding:
        """Return a binding to the memory of a row and of its result, which must outlive it."""
        (source,), (sink,) = self._session.get_inputs(), self._session.get_outputs()
        binding = self._session.io_binding()
        shape = (1, self._columns)
        binding.bind_input(source.name, "cpu", 0, np.float32, shape, addressof(row))
        binding.bind_output(sink.name, "cpu", 0, np.float32, (1, 1), addressof(probability))
        return binding

    @cached_property
    def _session(self) -> ort.InferenceSession:
        options = ort.SessionOptions()
        # One row takes less time than handing it to a second thread; batches use processes.
        options.intra_op_num_threads = options.inter_op_num_threads = 1
        return ort.InferenceSession(self._graph, options, providers=["CPUExecutionProvider"])
