"""The two sides of a proof: fitted, exported and read back when a clause first asks for them."""

from __future__ import annotations

import tempfile
import weakref
from functools import partial
from pathlib import Path
from traceback import format_exception
from typing import TYPE_CHECKING, Any, TypeVar

from contracts.contract import golden
from contracts.contract.digest import GOLDEN
from contracts.data.labelled import labelled_rows
from contracts.equivalence.held_out import HeldOut, held_out
from contracts.errors import ConfigError, DataError, MissingExtraError, SideError

if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Self

    import pyarrow as pa

    from contracts.contract import Contract
    from contracts.contract.golden import Golden
    from contracts.contract.terms import Pair
    from contracts.ports import Learner, Model, Source

    Progress = Callable[[str], None]

T = TypeVar("T")
#: The methods of a model.
METHODS = ("predict", "one", "write", "read")
#: The folder of counterexamples, in the contract's folder beside the golden set.
COUNTEREXAMPLES = "counterexamples"
#: How many lines of a traceback are shown: the last ones are where it failed.
LINES = 20


class Sides:
    """One contract with its candidate and, if present, its reference.

    Each fit and each prediction is made once, for all clauses. A context manager: the files that
    the sides wrote are removed at its end.

    Args:
        contract: What is to be fulfilled.
        source: The contract's windows are fetched from it.
        candidate: Fits the models to prove. None in the joint liaison, where there is one learner,
            the reference's, and what is to be proven is its exported state as ``served`` reads it.
        reference: Fits the models to compare with; None if research is not installed.
        served: The class that reads the candidate's state back to serve it; the class of what the
            candidate fits unless given.
        progress: Called with each long step before it begins.
        no_reference: Why there is no reference.
        counterexamples: The folder for inputs on which the sides differ, to be asked again.
        earlier: Further folders of such inputs: installed ones, or those of earlier versions.

    Attributes:
        made: What was made so far, by name.
        replayed: All folders of counterexamples, the one for new ones first.
    """

    def __init__(
        self,
        contract: Contract,
        source: Source,
        *,
        candidate: Learner | None,
        reference: Learner | None = None,
        served: type[Model] | None = None,
        progress: Progress | None = None,
        no_reference: str = "no reference is present",
        counterexamples: Path | None = None,
        earlier: tuple[Path, ...] = (),
    ) -> None:
        self.contract, self.source = contract, source
        self.progress = progress or (lambda _step: None)
        self.no_reference = no_reference
        self.counterexamples = counterexamples or contract.folder / COUNTEREXAMPLES
        self.replayed = tuple(dict.fromkeys((self.counterexamples, *earlier)))
        self.made: dict[str, Any] = {}
        self._failed: dict[str, SideError] = {}
        self._candidate, self._reference, self._served = candidate, reference, served
        self._files = tempfile.TemporaryDirectory(prefix="sides-")
        self._references: list[Callable[[], Model | None]] = []

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Remove the files that the sides wrote."""
        self._files.cleanup()

    def once(self, name: str, make: Callable[[], T]) -> T:
        """Return what has a name, and make it if it was not made before.

        A side's failure is raised again, so that a fit which fails after minutes is not repeated.
        """
        if name in self._failed:
            raise self._failed[name]
        if name not in self.made:
            try:
                self.made[name] = make()
            except SideError as error:
                self._failed[name] = error
                raise
        value: T = self.made[name]
        return value

    def why_not_comparable(self, pair: Pair) -> str:
        """Return why a pair cannot be compared, empty if it can."""
        if pair == "recorded":
            return ""
        if self._reference is None:
            return self.no_reference
        if pair == "same_state" and not self.joint:
            served = self._served or type(self.candidate)
            if not callable(getattr(served, "adopt", None)):
                return "the candidate's class has no `adopt`: it cannot read the reference's state"
        return ""

    @property
    def joint(self) -> bool:
        """Whether one learner fits both sides, and the candidate is the form it is served in."""
        return self._candidate is None

    @property
    def rows(self) -> pa.Table:
        """The rows that both sides are fitted on: the contract's inputs and the outcome."""
        window = self.contract.learning
        fetch = partial(self.learning_rows, window.start, window.end, known_by=window.known_by)
        return self.once("rows", fetch)

    @property
    def sample(self) -> HeldOut:
        """The contract's test window."""
        window = self.contract.learning
        return self.once("sample", partial(self.held_out, window.test_start, window.test_end))

    @property
    def golden(self) -> Golden:
        """The golden set that the contract recorded."""
        path = self.contract.folder / GOLDEN
        return self.once(
            "golden", partial(golden.read, path, self.contract.input_columns, k=self.contract.k)
        )

    @property
    def candidate(self) -> Model:
        """The candidate as served: fitted on the contract's rows, written and read back."""
        if self.joint:
            return self.adopted
        seed = self.contract.learning.seed
        return self.once("candidate", lambda: self.refit("candidate", self.rows, seed=seed))

    @property
    def reference(self) -> Model:
        """The reference as fitted on the contract's rows.

        Raises:
            DataError: There is none.
        """
        seed = self.contract.learning.seed
        return self.once("reference", lambda: self.refit("reference", self.rows, seed=seed))

    @property
    def adopted(self) -> Model:
        """The reference's exported state, as the candidate's class reads it."""
        return self.once("adopted", self._adopt)

    def learning_rows(self, start: int, end: int, *, known_by: int) -> pa.Table:
        """Return rows to fit on: a window's inputs and outcomes as known at a moment.

        Raises:
            DataError: The window has no outcome, or the source lacks a column.
            LeakError: The source returns an outcome that had not arrived.
        """
        target, inputs = self.contract, self.contract.inputs
        return labelled_rows(
            self.source, start, end, known_by=known_by, target=target, inputs=inputs
        ).examples

    def held_out(self, start: int, end: int) -> HeldOut:
        """Return rows to judge on: see `contracts.equivalence.held_out`."""
        return held_out(self.contract, self.source, start, end)

    def refit(self, side: str, rows: pa.Table, *, seed: int) -> Model:
        """Return a side fitted on rows; the candidate written and read back, as it is served.

        Args:
            side: ``candidate`` or ``reference``.
            rows: As `learning_rows` returns them.
            seed: The fit's seed.

        Raises:
            DataError: The side is absent.
            SideError: Its learner fails, or returns no model.
        """
        learner = self._candidate if side == "candidate" and not self.joint else self._reference
        if learner is None:
            raise DataError(self.no_reference)
        self.progress(f"fitting the {side} on {rows.num_rows:,} rows")
        fit = partial(learner.fit, rows, params=self.contract.learning.params, seed=seed)
        fitted = _call_for_model(side, "fitting", fit)
        if side == "reference":
            self._references.append(_weak(fitted))
            return fitted
        read = partial(self._reader(lambda: fitted).read, self._export(side, fitted))
        return _call_for_model(side, "reading its own state", read)

    def side_of(self, model: Model) -> str:
        """Return which side a model is of: ``candidate`` or ``reference``."""
        return "reference" if any(model is each() for each in self._references) else "candidate"

    def _adopt(self) -> Model:
        folder = self._export("reference", self.reference)
        served: Any = self._reader(lambda: self.reference if self.joint else self.candidate)
        read = partial(served.read if self.joint else served.adopt, folder)
        return _call_for_model("candidate", "reading the reference's state", read)

    def _reader(self, fitted: Callable[[], Model]) -> type[Model]:
        """Return the class that reads a state back to serve it."""
        served = self._served or type(fitted())
        _check_methods("candidate", served, ("read",))
        return served

    def _export(self, side: str, model: Model) -> Path:
        folder = Path(tempfile.mkdtemp(dir=self._files.name))
        _call(side, "writing its state", partial(model.write, folder))
        return folder


def traceback_lines(error: Exception) -> list[str]:
    """Return the last lines of an exception's traceback, as evidence."""
    text = "".join(format_exception(error, chain=False))
    return text.rstrip().splitlines()[-LINES:]


def _call(side: str, what: str, call: Callable[[], T]) -> T:
    """Return what a side's own code returns; a SideError if it raises."""
    try:
        return call()
    except (ConfigError, MissingExtraError):
        raise
    except Exception as error:
        text = f"fails at {what}: {type(error).__name__}: {error}"
        raise SideError(text, side=side, details=traceback_lines(error)) from error


def _call_for_model(side: str, what: str, call: Callable[[], Model]) -> Model:
    model = _call(side, what, call)
    _check_methods(side, model, METHODS)
    return model


def _check_methods(side: str, model: object, methods: tuple[str, ...]) -> None:
    """Check that a model, or a class of models, has some methods."""
    lacking = [name for name in methods if not callable(getattr(model, name, None))]
    if lacking:
        name = model.__name__ if isinstance(model, type) else type(model).__name__
        text = (
            f"breaks the protocol: expected a Model with {', '.join(METHODS)}, "
            f"got {name} without {', '.join(lacking)}"
        )
        raise SideError(text, side=side)


def _weak(model: Model) -> Callable[[], Model | None]:
    """Return a function that returns a model while others hold it: many seeds take memory."""
    try:
        return weakref.ref(model)
    except TypeError:  # its class has slots and no `__weakref__`
        return lambda: model
