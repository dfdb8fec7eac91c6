"""In which form an estimator was exported, and why: said beside it, for who serves or proves it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

import msgspec

from contracts.errors import StateError

if TYPE_CHECKING:
    from pathlib import Path

FILE = "form.json"
#: Each form's own file.
STATES = {"onnx": "pipeline.onnx", "skops": "pipeline.skops"}


class Form(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How the files beside it are to be read.

    Attributes:
        format: Of this struct, as it is written.
        form: ``onnx``, or ``skops`` where ONNX is not the same model.
        why: What decided on it, in a sentence.
        difference: The largest by which the ONNX graph's answers were apart from the estimator's;
            None where no graph came or no number was among the answers.
        columns: Which of the estimator's answers are predictions, in the contract's order.
        inputs: Each input column in order, whether it is text; empty where the graph says it.
        scikit_learn: The version that wrote the state; only skops depends on it.
    """

    format: Literal[1] = 1
    form: Literal["onnx", "skops"]
    why: str
    difference: float | None = None
    columns: tuple[int, ...] = (1,)
    inputs: dict[str, bool] = {}
    scikit_learn: str = ""


#: What a folder holds that says nothing of its form: a binary classifier's graph.
UNTOLD = Form(form="onnx", why="written before the form was told")


def read(folder: Path) -> Form:
    """Return what a folder says of its form.

    Raises:
        StateError: The file is not what was written, or is of a newer format.
    """
    try:
        return msgspec.json.decode((folder / FILE).read_bytes(), type=Form)
    except FileNotFoundError:
        return UNTOLD
    except msgspec.DecodeError as error:
        raise StateError(
            f"{folder / FILE} tells no form this version reads: {error}",
            hint="read it with the version of this package that wrote it, or export anew",
        ) from error


def state(folder: Path, form: Form) -> bytes:
    """Return the bytes of the state in a folder.

    Raises:
        StateError: There are none.
    """
    name = STATES[form.form]
    try:
        return (folder / name).read_bytes()
    except FileNotFoundError:
        raise StateError(
            f"there is no {name} in {folder}",
            hint="restore the artifact, or export the model anew from research's solution",
        ) from None


def write(folder: Path, form: Form, state: bytes) -> None:
    """Write the state and what is to be known of it."""
    (folder / STATES[form.form]).write_bytes(state)
    (folder / FILE).write_bytes(msgspec.json.format(msgspec.json.encode(form), indent=2))
