from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec
import pyarrow as pa
import pyarrow.compute as pc
import pytest

from contracts.contract.terms import ClauseTerm
from contracts.equivalence.clauses.subgroup import Subgroup
from contracts.equivalence.proof import judge
from contracts.equivalence.registry import items
from contracts.equivalence.sides import Sides
from contracts.errors import ContractError
from contracts.schema.columns import Column, Columns

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path
    from types import ModuleType

    from contracts.contract import Contract
    from contracts.equivalence.clause import Verdict

COLOURS = ["subgroup[colour=red]", "subgroup[colour=green]", "subgroup[colour=blue]"]


def judged(
    contract: Contract, toy: ModuleType, model: Any = None, kind: str = "binary"
) -> dict[str, Verdict]:
    """Judge each part of a candidate's model."""
    candidate = toy.Learner(kind)
    candidate.model = model or toy.Cells
    with Sides(
        contract, toy.Events(kind), candidate=candidate, reference=toy.Learner(kind)
    ) as sides:
        return {item.name: judge(item, sides) for item in items(contract)}


@pytest.fixture
def divided(write: Callable[..., Contract], tmp_path: Path) -> Callable[..., Contract]:
    """Writes a contract whose only clause divides the rows by colour."""

    def make(kind: str = "binary", **tolerance: Any) -> Contract:
        fields = {"segments": ["colour"], "margin": 0.05, "least": 50} | tolerance
        clause = ClauseTerm(name="subgroup", pair="same_data", tolerance=fields)
        return write(tmp_path, kind, clauses=(clause,))

    return make


def test_each_segment_is_a_part_and_equal_sides_hold_in_all(
    divided: Callable[..., Contract], toy: ModuleType
) -> None:
    """Parts are named by column and value, in the order of the closed set."""
    verdicts = judged(divided(), toy)
    assert {name: each.status for name, each in verdicts.items()} == dict.fromkeys(
        COLOURS, "equivalent"
    )
    evidence = verdicts[COLOURS[0]].evidence
    assert evidence["segment"] == {"column": "colour", "value": "red"}
    assert set(evidence["metrics"]["log_loss"]) >= {"value", "low", "high", "margin", "status"}
    assert sum(each.evidence["rows"] for each in verdicts.values()) == 600


def test_a_fault_of_one_segment_shows_there_alone(
    divided: Callable[..., Contract], toy: ModuleType
) -> None:
    """A fault in one of three segments makes that part different, and no other."""

    class Blind(toy.Cells):  # type: ignore[misc, name-defined]
        def predict(self, rows: pa.Table) -> Any:
            predictions = super().predict(rows).copy()
            green = pc.equal(rows["colour"], "green").to_numpy()
            predictions[green] = 1 - predictions[green]
            return predictions

    verdicts = judged(divided(), toy, Blind)
    assert [verdicts[name].status for name in COLOURS] == ["equivalent", "different", "equivalent"]
    assert verdicts[COLOURS[1]].failed
    assert "margin ±0.05" in verdicts[COLOURS[1]].message


@pytest.mark.parametrize("kind", ["multiclass", "regression"])
def test_every_kind_of_product_has_segments(
    divided: Callable[..., Contract], toy: ModuleType, kind: str
) -> None:
    """Multiclass and regression products are compared in the same way."""
    verdicts = judged(divided(kind), toy, kind=kind)
    assert {each.status for each in verdicts.values()} == {"equivalent"}


def test_a_segment_of_few_rows_is_named_and_not_judged(
    divided: Callable[..., Contract], toy: ModuleType
) -> None:
    """Too few rows decide nothing; the message says how many are required."""
    verdicts = judged(divided(least=1000), toy)
    assert {each.status for each in verdicts.values()} == {"not_run"}
    assert "have colour=red, judged from 1,000 on" in verdicts[COLOURS[0]].message


def test_a_value_without_rows_is_named(divided: Callable[..., Contract], toy: ModuleType) -> None:
    """A part follows from the schema, whether or not rows have its value."""
    contract = divided(least=1)
    first, *others = contract.input_columns
    columns = Columns([msgspec.structs.replace(first, nullable=True), *others])
    contract = msgspec.structs.replace(contract, input_columns=columns)
    verdicts = judged(contract, toy)
    assert verdicts["subgroup[colour is null]"].status == "not_run"
    assert verdicts["subgroup[colour is null]"].message.startswith(
        "no rows of the test window have"
    )


def test_a_bool_has_two_parts_and_null_if_it_may_be_null(
    divided: Callable[..., Contract],
) -> None:
    """Both values of a bool, and null if the column may be null."""
    contract = msgspec.structs.replace(
        divided(), input_columns=Columns([Column(name="new", kind="bool", nullable=True)])
    )
    clause = Subgroup(segments=("new",), margin=0.1)
    assert [*clause.parts(contract)] == ["new=false", "new=true", "new is null"]


def test_rows_of_a_bool_and_of_null_are_found(divided: Callable[..., Contract]) -> None:
    """Each row is in one segment."""
    contract = msgspec.structs.replace(
        divided(), input_columns=Columns([Column(name="new", kind="bool", nullable=True)])
    )
    rows = pa.table({"new": pa.array([True, None, False, True])})
    parts = Subgroup(segments=("new",), margin=0.1).parts(contract).values()
    masks = [part.mask(rows).tolist() for part in parts]
    assert masks == [
        [False, False, True, False],
        [True, False, False, True],
        [False, True, False, False],
    ]


def test_a_metric_that_a_segment_does_not_define_is_left_out(
    divided: Callable[..., Contract], toy: ModuleType
) -> None:
    """One class alone has no area under a curve: log-loss decides, and the message says so."""

    class Sure(toy.Events):  # type: ignore[misc, name-defined]
        def window(self, start: int, end: int, *, known_by: int) -> pa.Table:
            table = super().window(start, end, known_by=known_by)
            red = pc.and_(pc.equal(table["colour"], "red"), pc.is_valid(table["outcome"]))
            late = pc.if_else(red, False, table["outcome"])
            return table.set_column(table.column_names.index("outcome"), "outcome", late)

    contract = divided()
    with Sides(contract, Sure(), candidate=toy.Learner(), reference=toy.Learner()) as sides:
        verdicts = {item.name: judge(item, sides) for item in items(contract)}
    red = verdicts[COLOURS[0]]
    assert red.status == "equivalent"
    assert red.message.endswith("; roc_auc undefined on these rows")
    assert red.evidence["metrics"]["roc_auc"]["status"] == "not_run"
    assert "undefined" not in verdicts[COLOURS[1]].message


def test_each_part_knows_how_many_there_are(divided: Callable[..., Contract]) -> None:
    """Each part knows how many there are, over all columns."""
    contract = divided()
    twice = Columns([*contract.input_columns, Column(name="new", kind="bool")])
    contract = msgspec.structs.replace(contract, input_columns=twice)
    parts = Subgroup(segments=("colour", "new"), margin=0.1).parts(contract)
    assert {part.parts for part in parts.values()} == {5}


@pytest.mark.parametrize(
    ("tolerance", "message"),
    [
        ({"segments": ["color"]}, "'color' is not an input, .*did you mean 'colour'"),
        ({"segments": ["size"]}, "'size' is float, expected a category or bool"),
        ({"segments": []}, "length >= 1"),
        ({"segments": ["colour", "colour"]}, "each may stand once"),
        ({"margin": {"log_loss": 0.1}}, "a margin for each of log_loss, roc_auc"),
        ({"least": 0}, "least"),
    ],
)
def test_what_does_not_divide_is_refused_before_any_data(
    divided: Callable[..., Contract], tolerance: dict[str, Any], message: str
) -> None:
    """A column without a closed set, an unknown or repeated one, and a missing margin."""
    with pytest.raises(ContractError, match=message):
        items(divided(**tolerance))


def test_a_segment_is_judged_from_so_many_rows_on(
    divided: Callable[..., Contract], toy: ModuleType
) -> None:
    """As many rows as required are enough, one fewer is not."""
    rows = judged(divided(), toy)[COLOURS[0]].evidence["rows"]
    statuses = [judged(divided(least=least), toy)[COLOURS[0]].status for least in (rows, rows + 1)]
    assert statuses == ["equivalent", "not_run"]


def test_a_difference_is_tested_at_alpha_over_parts_and_metrics(
    divided: Callable[..., Contract], toy: ModuleType
) -> None:
    """Three segments by two metrics are six tests, each at a sixth of alpha."""
    verdicts = judged(divided(margin=0.001, alpha=0.03), toy, toy.Swapped)
    metrics = verdicts[COLOURS[0]].evidence["metrics"].values()
    assert {each["status"] for each in metrics} == {"different"}
    assert [each["level"] for each in metrics] == pytest.approx([0.99, 0.99])
