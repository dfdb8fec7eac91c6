"""Errors: what they say, and how they get from one process to another."""

from __future__ import annotations

import pickle

import pytest

from contracts.errors import (
    ConflictError,
    DataError,
    LiaisonError,
    MissingExtraError,
    SideError,
)


@pytest.mark.parametrize(
    "error",
    [
        ConflictError("taken", hint="wait"),
        DataError("broken", details=["a", "b"]),
        SideError("failed", side="candidate", details=["why"]),
        MissingExtraError("onnx", extra="research", purpose="the form"),
    ],
)
def test_an_error_of_another_process_is_the_same(error: LiaisonError) -> None:
    """Of whichever kind: its text, hint, details and side."""
    restored = pickle.loads(pickle.dumps(error))  # noqa: S301 - our own bytes
    assert type(restored) is type(error)
    assert (str(restored), restored.__dict__) == (str(error), error.__dict__)
