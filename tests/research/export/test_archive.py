from __future__ import annotations

import json
import struct
import warnings
from copy import copy
from io import BytesIO
from typing import TYPE_CHECKING, Any
from zipfile import ZipFile

import numpy as np
import pytest
from scipy.sparse import csr_matrix
from skops.io import dumps

from contracts.errors import StateError
from research.export import archive
from research.export.allowed import ALLOWED
from research.export.archive import SCHEMA, canonical, nodes
from research.export.skops_state import dump, load
from tests.suites.forgery import archived, forged, members, plain

if TYPE_CHECKING:
    from collections.abc import Callable


@pytest.fixture(scope="module")
def state(fit: Callable[..., Any]) -> bytes:
    """The state of a pipeline that ONNX cannot express."""
    return dump(fit("kernel"), ALLOWED)


def arrays(state: bytes) -> list[str]:
    """Return the names of a file's arrays."""
    return [name for name in members(state) if name.endswith(".npy")]


def replaced(state: bytes, change: Callable[[bytes], bytes]) -> bytes:
    """Return a file with one array changed, under the name that belongs to it."""
    files = members(state)
    name = arrays(state)[0]
    return canonical(archived(files | {name: change(files[name])}))


def header(shape: tuple[int, ...], kind: str) -> bytes:
    """Return the header of an array without the array."""
    text = f"{{'descr': '{kind}', 'fortran_order': False, 'shape': {shape}, }}".ljust(117) + "\n"
    return b"\x93NUMPY\x01\x00" + struct.pack("<H", len(text)) + text.encode()


def test_written_here(state: bytes) -> None:
    """What this package writes passes every check."""
    archive.require_canonical(state)
    assert archive.checked_schema(state)["__class__"] == "Pipeline"


@pytest.mark.parametrize(
    ("shape", "kind"),
    [
        ((10**12,), "<f8"),
        ((10**12,), "|V0"),
        ((-1, -8), "|u1"),
        ((2,), "<f8"),
    ],
    ids=str,
)
def test_an_array_larger_than_it_is(state: bytes, shape: tuple[int, ...], kind: str) -> None:
    """A header cannot claim a terabyte: the array behind it must be as long as it says."""
    with pytest.raises(StateError, match="no array of the size that its header says"):
        load(replaced(state, lambda _: header(shape, kind)), ALLOWED)


def test_an_array_by_another_name(state: bytes) -> None:
    """A member that a node reads as an array is checked as one, whatever its name."""
    files, name = members(state), arrays(state)[0]
    other = name.replace(".npy", ".bin")
    schema = files.pop(SCHEMA).replace(name.encode(), other.encode())
    del files[name]
    written = archived(files | {other: header((10**12,), "<f8"), SCHEMA: schema})
    with pytest.raises(StateError, match=r"\.bin is no array of the size"):
        load(canonical(written), ALLOWED)


def test_an_archive_in_the_place_of_an_array(state: bytes) -> None:
    """Numpy reads a member by its first bytes: an archive would unpack to an unchecked size."""
    packed = BytesIO()
    np.savez_compressed(packed, zeros=np.zeros(10**6))
    with pytest.raises(StateError):
        load(replaced(state, lambda _: packed.getvalue()), ALLOWED)


def test_a_sparse_matrix_is_refused_by_name(fit: Callable[..., Any]) -> None:
    """It is a compressed archive of its own, and scipy follows its indices unchecked."""
    estimator = fit("logistic")
    coefficients = estimator[-1].coef_
    estimator[-1].coef_ = csr_matrix(coefficients)
    written = canonical(dumps(estimator))
    estimator[-1].coef_ = coefficients
    with pytest.raises(StateError, match=r"SparseMatrixNode.*csr_matrix"):
        load(written, ALLOWED)

    def renamed(schema: dict[str, Any]) -> None:
        for node in nodes(schema):
            if node["__loader__"] == "SparseMatrixNode":
                node |= {"__module__": "numpy", "__class__": "dtype"}

    with pytest.raises(StateError, match="holds SparseMatrixNode, outside"):
        load(forged(written, renamed), ALLOWED)


def test_a_masked_array_is_refused_by_name(fit: Callable[..., Any]) -> None:
    """Its mask hides numbers from a check that compiled code still reads."""
    estimator = fit("logistic")
    coefficients = estimator[-1].coef_
    estimator[-1].coef_ = np.ma.MaskedArray(coefficients, mask=True)
    written = canonical(dumps(estimator))
    estimator[-1].coef_ = coefficients
    with pytest.raises(StateError, match=r"MaskedArrayNode, numpy\.ma\.MaskedArray"):
        load(written, ALLOWED)


def test_one_array_named_by_many(state: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    """An array that is in the file once takes memory each time that a node names it."""
    monkeypatch.setattr(archive, "LARGEST", 10 * len(state))
    assert load(state, ALLOWED)
    longest = max(arrays(state), key=lambda name: len(members(state)[name]))
    array = {"__class__": "ndarray", "__module__": "numpy", "__loader__": "NdArrayNode"}
    many = [array | {"type": "numpy", "file": longest}] * 1_000

    def repeated(schema: dict[str, Any]) -> None:
        listed = {"__class__": "list", "__module__": "builtins", "__loader__": "ListNode"}
        schema["content"]["content"]["verbose"] = listed | {"content": many}

    with pytest.raises(StateError, match=r"its nodes name \d+ bytes, at most"):
        load(forged(state, repeated), ALLOWED)


def test_a_shared_node(state: bytes) -> None:
    """Lists that share their items grow with every level, so nothing may be shared."""

    def shared(schema: dict[str, Any]) -> None:
        schema["content"]["content"]["verbose"] = {"__id__": 1, "__loader__": "JsonNode"}

    with pytest.raises(StateError, match=r"schema\.json differs from how this package writes it"):
        load(plain(state, shared), ALLOWED)

    def cached(schema: dict[str, Any]) -> None:
        node = {"__class__": "dict", "__module__": "builtins", "__loader__": "CachedNode"}
        schema["content"]["content"]["verbose"] = node | {"__id__": 1}

    with pytest.raises(StateError, match=r"schema\.json differs from how this package writes it"):
        load(plain(state, cached), ALLOWED)
    with pytest.raises(StateError, match="cached node refers to an unknown object"):
        load(forged(state, cached), ALLOWED)


def test_members(state: bytes) -> None:
    """A member that no node names, that is missing, or is there twice is refused by name."""
    files = members(state)
    with pytest.raises(StateError, match=r"stray\.npy is missing, or named by no node"):
        load(archived(files | {"stray.npy": b"x"}), ALLOWED)
    gone = arrays(state)[0]
    with pytest.raises(StateError, match=f"{gone} is missing"):
        load(archived({name: each for name, each in files.items() if name != gone}), ALLOWED)
    twice = BytesIO(state)
    with ZipFile(twice, "a") as written, warnings.catch_warnings():
        warnings.simplefilter("ignore")
        written.writestr(SCHEMA, json.dumps({}))
    with pytest.raises(StateError, match=r"schema\.json is there twice"):
        load(twice.getvalue(), ALLOWED)


def test_members_that_overlap(state: bytes) -> None:
    """Many members that share one stretch of bytes are refused before any is unpacked."""
    overlapped = BytesIO(state)
    with ZipFile(overlapped, "a") as written:
        longest = max(written.filelist, key=lambda member: member.file_size)
        for at in range(len(state) // longest.file_size + 1):
            again = copy(longest)
            again.filename = f"{at}.npy"
            written.filelist.append(again)
        written.writestr("last.npy", b"x")  # so that the members above are written into the listing
    with pytest.raises(StateError, match=r"overlap: \d+ bytes in a file of \d+"):
        load(overlapped.getvalue(), ALLOWED)


def test_nodes_nested_too_deeply(state: bytes) -> None:
    """Endless nesting is a broken state, not a crash."""
    files = members(state)
    deep = b'{"a":' * 200_000 + b"1" + b"}" * 200_000
    with pytest.raises(StateError):
        load(archived(files | {SCHEMA: deep}), ALLOWED)
