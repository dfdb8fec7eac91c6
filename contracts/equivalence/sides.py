"""The two sides of a proof: fitted, exported and read back when a clause first asks for it.

A run of recorded clauses fits one side once; no clause pays for what another has made.
"""

from __future__ import annotations

import tempfile
import weakref
from functools import cached_property, partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from contracts.contract import golden
from contracts.contract.digest import GOLDEN
from contracts.equivalence.case import Case
from contracts.equivalence.once import once
from contracts.equivalence.sample import Sample, held_out, learning_rows
from contracts.equivalence.trace import trace
from contracts.errors import ConfigError, DataError, MissingExtraError, SideError

if TYPE_CHECKING:
    from collections.abc import Callable
    from types import TracebackType
    from typing import Self

    import pyarrow as pa

    from contracts.contract import Contract
    from contracts.contract.golden import Golden
    from contracts.contract.terms import Pair
    from contracts.ports import Learner, Model, Source

    Progress = Callable[[str], None]

T = TypeVar("T")
#: What a model has, to be asked for.
MODEL = ("predict", "one", "write", "read")
#: Where counterexamples lie, in the contract's folder beside the golden set.
COUNTEREXAMPLES = "counterexamples"


def _silent(step: str) -> None:
    """Say nothing of a step."""


class Sides:
    """One contract with its candidate and, where present, its reference.

    A context manager: what the sides wrote lives as long as it.

    Args:
        contract: What is to be fulfilled.
        source: Where the contract's windows are fetched from.
        candidate: Makes the models to prove. None where there is one learner, the reference's, and
            what is to be proven is its exported state as ``served`` reads it (the joint liaison).
        reference: Makes the models to compare with; None where research is not installed.
        served: The class that reads the candidate's state back to serve; the class of what the
            candidate fits unless given.
        progress: Told of each long step before it begins.
        absent: Why there is no reference.
        counterexamples: Where inputs on which the sides part are kept, to be replayed.
        earlier: Where others lie that are to be replayed: found elsewhere, or by earlier versions.

    Attributes:
        replayed: All folders of counterexamples, the one where they are kept first.
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
        absent: str = "no reference is present",
        counterexamples: Path | None = None,
        earlier: tuple[Path, ...] = (),
    ) -> None:
        self.contract, self.source = contract, source
        self.progress = progress or _silent
        self.absent = absent
        self.counterexamples = counterexamples or contract.folder / COUNTEREXAMPLES
        self.replayed = tuple(dict.fromkeys((self.counterexamples, *earlier)))
        self._candidate, self._reference, self._served = candidate, reference, served
        self._room = tempfile.TemporaryDirectory(prefix="sides-")
        self._cases: dict[Pair, Case] = {}
        self._references: list[Callable[[], Model | None]] = []

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """Remove what the sides wrote."""
        self._room.cleanup()

    def under(self, pair: Pair) -> Case:
        """Return the case as one pair sees it; the same one each time."""
        return self._cases.setdefault(pair, Case(self, pair))

    def lacking(self, pair: Pair) -> str:
        """Return why a pair cannot be compared, empty where it can."""
        if pair == "recorded":
            return ""
        if self._reference is None:
            return self.absent
        if pair == "same_state" and not self.joint and not self._adopts:
            return "the candidate's class has no `adopt`, so it cannot read the reference's state"
        return ""

    @cached_property
    def rows(self) -> pa.Table:
        """What both sides are fitted on: the contract's inputs and the outcome."""
        learning = self.contract.learning
        return self.learning(learning.start, learning.end, known_by=learning.known_by)

    @cached_property
    def sample(self) -> Sample:
        """The contract's test window."""
        learning = self.contract.learning
        return self.held_out(learning.test_start, learning.test_end)

    @cached_property
    def golden(self) -> Golden:
        """What the contract recorded."""
        return golden.read(self.contract.folder / GOLDEN, self.contract.input_columns)

    def learning(self, start: int, end: int, *, known_by: int) -> pa.Table:
        """Return rows to fit on: a window's inputs and outcomes as known at a moment."""
        return learning_rows(self.contract, self.source, start, end, known_by=known_by)

    def held_out(self, start: int, end: int) -> Sample:
        """Return rows to judge on: a window's inputs and whatever became of them."""
        return held_out(self.contract, self.source, start, end)

    @once
    def candidate(self) -> Model:
        """The candidate as served, fitted on the contract's rows, written, read back."""
        if self.joint:
            return self.adopted
        return self.as_served(self.fit("candidate", self.rows, seed=self.contract.learning.seed))

    @once
    def reference(self) -> Model:
        """The reference as fitted on the contract's rows.

        Raises:
            DataError: There is none.
        """
        return self.fit("reference", self.rows, seed=self.contract.learning.seed)

    @once
    def adopted(self) -> Model:
        """The reference's exported state, as the candidate's class reads it."""
        folder = self._exported("reference", self.reference)
        served: Any = self._reader(lambda: self.reference if self.joint else self.candidate)
        read = served.read if self.joint else served.adopt
        made = _asked("candidate", "reading the reference's state", partial(read, folder))
        return _model("candidate", made)

    def refit(self, side: str, rows: pa.Table, *, seed: int) -> Model:
        """Return a side fitted on other rows or another seed, the candidate as served.

        Args:
            side: ``candidate`` or ``reference``.
            rows: As `learning` returns them.
            seed: Of the fit.
        """
        fitted = self.fit(side, rows, seed=seed)
        return self.as_served(fitted) if side == "candidate" else fitted

    def fit(self, side: str, rows: pa.Table, *, seed: int) -> Model:
        """Return what a side's learner makes of rows, as fitted.

        Raises:
            DataError: The side is absent.
            SideError: Its learner fails, or makes no model.
        """
        learner = self._candidate if side == "candidate" else self._reference
        learner = self._reference if self.joint else learner
        if learner is None:
            raise DataError(self.absent)
        self.progress(f"fitting the {side} on {rows.num_rows:,} rows")
        params = self.contract.learning.params
        call = partial(learner.fit, rows, params=params, seed=seed)
        made = _model(side, _asked(side, "fitting", call))
        if side == "reference":
            self._references.append(_hold(made))
        return made

    def named(self, model: Model) -> str:
        """Return which side a model is of: ``candidate`` or ``reference``."""
        return "reference" if any(model is each() for each in self._references) else "candidate"

    def as_served(self, fitted: Model) -> Model:
        """Return a fitted candidate written and read back, as it would be served."""
        folder = self._exported("candidate", fitted)
        read = partial(self._reader(lambda: fitted).read, folder)
        return _model("candidate", _asked("candidate", "reading its own state", read))

    @property
    def joint(self) -> bool:
        """Whether one learner makes both sides, and the candidate is the form it is served in."""
        return self._candidate is None

    @property
    def _adopts(self) -> bool:
        return callable(getattr(self._served or type(self.candidate), "adopt", None))

    def _reader(self, fitted: Callable[[], Model]) -> type[Model]:
        """Return the class that reads a state back to serve it."""
        return _having("candidate", self._served or type(fitted()), ("read",))

    def _exported(self, side: str, model: Model) -> Path:
        folder = Path(tempfile.mkdtemp(dir=self._room.name))
        _asked(side, "writing its state", partial(model.write, folder))
        return folder


def _asked(side: str, what: str, call: Callable[[], T]) -> T:
    """Return what a side's own code answers; what it raises is its own finding."""
    try:
        return call()
    except (ConfigError, MissingExtraError):
        raise
    except Exception as error:
        said = f"fails at {what}: {type(error).__name__}: {error}"
        raise SideError(said, side=side, details=trace(error)) from error


def _model(side: str, made: Any) -> Model:
    """Return what a side made, which is to be a model: what it lacks is its own finding."""
    model: Model = _having(side, made, MODEL)
    return model


def _having(side: str, found: T, methods: tuple[str, ...]) -> T:
    lacking = [name for name in methods if not callable(getattr(found, name, None))]
    if lacking:
        named = found.__name__ if isinstance(found, type) else type(found).__name__
        said = (
            f"breaks the protocol: expected a Model with {', '.join(MODEL)}, "
            f"got {named} without {', '.join(lacking)}"
        )
        raise SideError(said, side=side)
    return found


def _hold(model: Model) -> Callable[[], Model | None]:
    """Return what gives a model as long as anyone keeps it: fits of many seeds would pile up."""
    try:
        return weakref.ref(model)
    except TypeError:  # a class may have no room for it
        return lambda: model
