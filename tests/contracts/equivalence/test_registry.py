from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any, ClassVar, get_args

import msgspec
import pytest

from contracts.contract.terms import ClauseTerm, Pair
from contracts.equivalence import registry as clauses
from contracts.equivalence.clause import Clause, Ease, Result
from contracts.equivalence.registry import BUILT_IN, build_clause, find_clause
from contracts.errors import ContractError

if TYPE_CHECKING:
    from collections.abc import Callable


class Polite(Clause, frozen=True, kw_only=True):
    """A clause of a user's own."""

    words: int
    name = "polite"
    pairs = ("recorded",)
    eases: ClassVar[Any] = {"words": "up"}

    def __call__(self, case: Any) -> Result:
        """Return the same for every case."""
        return Result(status="equivalent", message=str(case))


class Open(msgspec.Struct, frozen=True, kw_only=True):
    """A clause that takes any field, so that a misspelt one is not noticed."""

    share: float = 0.0
    name: ClassVar[str] = "open"


class Mute(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Neither called nor judged in parts."""

    name: ClassVar[str] = "mute"
    pairs: ClassVar[Any] = ("recorded",)
    eases: ClassVar[Any] = {}


def test_a_clause_of_a_package_is_found(plug: Callable[[str, str, object], None]) -> None:
    """An installed package adds a clause by its entry point; the fields are the tolerance."""
    plug(clauses.GROUP, "polite", Polite)
    term = ClauseTerm(name="polite", pair="recorded", tolerance={"words": 2})
    assert build_clause(term) == Polite(words=2)
    with pytest.raises(ContractError, match="unknown field `word`"):
        build_clause(ClauseTerm(name="polite", pair="recorded", tolerance={"word": 2}))
    with pytest.raises(ContractError, match="did you mean 'polite'"):
        build_clause(ClauseTerm(name="polit", pair="recorded"))


def test_a_built_in_clause_keeps_its_name(plug: Callable[[str, str, object], None]) -> None:
    """No package can replace a built-in clause."""
    plug(clauses.GROUP, "golden", Polite)
    assert find_clause("golden") is BUILT_IN["golden"]


@pytest.mark.parametrize(
    ("name", "registered", "message"),
    [
        ("open", Open, "'open' of the group 'liaison.clauses', .* forbid_unknown_fields=True"),
        ("totl", Polite, "'totl' .* has another name of its own: 'polite'"),
        ("mute", Mute, "'mute' .* lacks __call__"),
        ("polite", dict, "'polite' .* is no msgspec.Struct"),
        ("polite", ImportError("No module named 'away'"), "'polite' .* cannot be loaded"),
    ],
)
def test_a_malformed_clause_is_refused_only_if_a_contract_names_it(
    plug: Callable[[str, str, object], None], name: str, registered: object, message: str
) -> None:
    """The error names the entry point; contracts with other clauses are not affected."""
    plug(clauses.GROUP, name, registered)
    assert build_clause(ClauseTerm(name="schema", pair="recorded"))
    with pytest.raises(ContractError, match=message):
        build_clause(ClauseTerm(name=name, pair="recorded", tolerance={"shaer": 5}))


@pytest.mark.parametrize("kind", BUILT_IN.values(), ids=BUILT_IN)
def test_a_built_in_clause_has_all_that_a_clause_needs(kind: Any) -> None:
    """It is a frozen struct that refuses unknown fields, with a name, pairs, eases and a call."""
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
    ("term", "message"),
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
def test_a_malformed_term_is_refused(term: ClauseTerm, message: str) -> None:
    """Name, pair and tolerance are checked before a clause runs."""
    with pytest.raises(ContractError, match=message):
        build_clause(term)


#: How each field of each clause asks less: if it grows, if it shrinks, never, or, for None, not by
#: its size; and why.
DIRECTIONS: dict[str, dict[str, tuple[Ease | None, str]]] = {
    "schema": {},
    "acceptance": {"rows": ("down", "fewer rows are offered: fewer can show a difference")},
    "golden": {
        "absolute": ("up", "a row may be further from what was recorded"),
        "relative": ("up", "a row may be further from what was recorded"),
        "fraction": ("down", "more rows may be outside"),
    },
    "pointwise": {
        "absolute": ("up", "a row may be further away"),
        "relative": ("up", "a row may be further away"),
        "fraction": ("down", "more rows may be outside"),
        "largest": ("up", "the furthest row may be further away"),
    },
    "invariance": {
        "absolute": ("up", "the answers to one row may differ by more"),
        "rows": ("down", "fewer rows are asked for one at a time: fewer can differ"),
    },
    "decision": {
        "thresholds": (None, "other decisions are looked at"),
        "flips": ("up", "more rows may be decided differently"),
        "band": (None, "wider, it makes ties of flips: allowed by `near`, no longer by `flips`"),
        "near": ("up", "more ties are allowed"),
    },
    "ranking": {
        "spearman": ("down", "a lower correlation does"),
        "top": (None, "another top: neither larger nor smaller overlaps more"),
        "overlap": ("down", "a smaller overlap does"),
    },
    "metric": {
        "margin": ("up", "a larger difference has no meaning"),
        "alpha": ("up", "the interval is narrower, and sooner within the margin"),
        "repeats": ("never", "the same limits, drawn more exactly"),
    },
    "subgroup": {
        "segments": (None, "other segments are judged"),
        "margin": ("up", "a larger difference has no meaning"),
        "alpha": ("up", "the interval is narrower, and sooner within the margin"),
        "least": ("up", "more segments are not judged"),
        "repeats": ("never", "the same limits, drawn more exactly"),
    },
    "fit": {
        "margin": ("up", "a larger difference has no meaning"),
        "windows": ("down", "fewer cuts, all of them among the others"),
        "horizon": (None, "other cuts, each judged on other rows"),
        "window": (None, "other rows to fit on"),
        "alpha": ("up", "the interval is narrower, and sooner within the margin"),
        "least": ("down", "fewer windows are undecided for want of rows, which fails"),
        "repeats": ("never", "the same limits, drawn more exactly"),
    },
    "noise_floor": {
        "seeds": ("up", "the floor is the largest distance, of more versions"),
        "times": ("up", "more of the floor is allowed"),
        "absolute": ("up", "more is allowed beside the floor"),
    },
    "latency": {
        "at_most": ("up", "one row may take longer"),
        "batch_at_most": ("up", "a row of a batch may take longer"),
        "rounds": ("never", "the same times, measured more exactly"),
    },
    "generated": {
        "absolute": ("up", "an answer may be further away"),
        "relative": ("up", "an answer may be further away"),
        "examples": ("down", "fewer records are tried: fewer can show a difference"),
    },
}


@pytest.mark.parametrize("name", BUILT_IN)
def test_each_field_asks_less_in_its_direction(name: str) -> None:
    """The direction decides what a new version of a contract breaks."""
    kind = BUILT_IN[name]
    message = {field: kind.eases.get(field) for field in kind.__struct_fields__}
    assert message == {field: direction for field, (direction, _) in DIRECTIONS[name].items()}
