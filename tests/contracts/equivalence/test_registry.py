from __future__ import annotations

import math
from importlib.metadata import EntryPoint
from typing import TYPE_CHECKING, Any, ClassVar, get_args

import msgspec
import pytest

from contracts.contract.terms import ClauseTerm, Pair
from contracts.equivalence import registry as clauses
from contracts.equivalence.clause import Ease
from contracts.equivalence.registry import BUILT_IN, build, registered
from contracts.equivalence.verdict import Verdict
from contracts.errors import ContractError

if TYPE_CHECKING:
    from collections.abc import Iterator


class Polite(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A clause of a user's own."""

    words: int
    name: ClassVar[str] = "polite"
    pairs: ClassVar[Any] = ("recorded",)
    eases: ClassVar[Any] = {"words": "up"}

    def __call__(self, case: Any) -> Verdict:
        """Hold, whatever the case."""
        return Verdict(clause=self.name, pair=case.pair, outcome="equivalent", message=str(case))


@pytest.fixture(autouse=True)
def _forgotten() -> Iterator[None]:
    """Look the entry points up anew, before and after."""
    registered.cache_clear()
    yield
    registered.cache_clear()


def register(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    """Let a package register the clause under a name."""
    point = EntryPoint(name, f"{__name__}:Polite", clauses.GROUP)
    monkeypatch.setattr(EntryPoint, "load", lambda _: Polite)
    monkeypatch.setattr(clauses, "entry_points", lambda group: [point] if group else [])


def test_a_clause_of_ones_own_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    """An installed package adds a clause by its entry point; its fields are its tolerance."""
    register(monkeypatch, "polite")
    assert {*registered()} == {*BUILT_IN, "polite"}
    term = ClauseTerm(name="polite", pair="recorded", tolerance={"words": 2})
    assert build(term) == Polite(words=2)


def test_a_name_registered_twice_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    """No package replaces a clause that contracts rely on."""
    register(monkeypatch, "golden")
    with pytest.raises(ContractError, match="'golden' is registered twice"):
        registered()


@pytest.mark.parametrize("kind", BUILT_IN.values(), ids=BUILT_IN)
def test_a_built_in_clause_is_what_the_protocol_says(kind: Any) -> None:
    """A clause is a closed, frozen struct with a name, pairs, fields that ease, and a call."""
    config = kind.__struct_config__
    assert config.frozen
    assert config.forbid_unknown_fields
    assert {*kind.pairs} <= {*get_args(Pair)}
    assert kind.pairs
    assert {*kind.eases} <= {*kind.__struct_fields__}
    assert {*kind.eases.values()} <= {*get_args(Ease)}
    assert BUILT_IN[kind.name] is kind
    assert callable(kind.__call__)


@pytest.mark.parametrize(
    ("term", "said"),
    [
        (ClauseTerm(name="gold", pair="recorded"), "did you mean 'golden'"),
        (ClauseTerm(name="golden", pair="same_data"), "the clause compares recorded"),
        (
            ClauseTerm(name="golden", pair="recorded", tolerance={"absolut": 1}),
            "takes absolute, relative, fraction",
        ),
        (
            ClauseTerm(name="golden", pair="recorded", tolerance={"fraction": 2.0}),
            r"fraction",
        ),
        (ClauseTerm(name="metric", pair="same_data", tolerance={"margin": 0}), "margin"),
        (ClauseTerm(name="schema", pair="recorded", tolerance={"x": 1}), "takes nothing"),
        (ClauseTerm(name="golden", pair="recorded", tolerance={"absolute": math.inf}), "absolute"),
        (ClauseTerm(name="metric", pair="same_data", tolerance={"margin": math.inf}), "margin"),
        (
            ClauseTerm(name="metric", pair="same_data", tolerance={"margin": {"mae": math.inf}}),
            "margin",
        ),
    ],
)
def test_a_term_no_clause_can_keep_is_refused(term: ClauseTerm, said: str) -> None:
    """Name, pair and tolerance are checked by the clause itself, before it runs."""
    with pytest.raises(ContractError, match=said):
        build(term)
