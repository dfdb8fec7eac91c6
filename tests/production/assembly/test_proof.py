from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

import msgspec
import pytest
from msgspec.structs import replace

from contracts.contract.terms import ClauseTerm
from contracts.data.memory import Memory
from contracts.equivalence.proof import ONE_LEARNER
from contracts.equivalence.sides import Sides
from contracts.errors import ContractError
from contracts.report.html import html
from contracts.report.page import Head, Page
from production.assembly import proof as proving
from production.backtest.pages import proof_section

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path
    from types import ModuleType

    import pyarrow as pa

    from contracts.config.product import Product
    from contracts.contract import Contract
    from contracts.ports import Source


class Named(msgspec.Struct, frozen=True):
    """A product's configuration, as far as a proof and its message need it."""

    name: str = "toy"


@pytest.fixture
def fits(monkeypatch: pytest.MonkeyPatch, toy: ModuleType) -> list[Any]:
    """The number of rows in each fit of the small product's learner."""
    rows_fitted: list[Any] = []
    fit = toy.Learner.fit

    def watched(self: Any, rows: Any, **given: Any) -> Any:
        rows_fitted.append(rows.num_rows)
        return fit(self, rows, **given)

    monkeypatch.setattr(toy.Learner, "fit", watched)
    return rows_fitted


@pytest.fixture
def prove(
    toy: ModuleType,
    contract: Contract,
    history: pa.Table,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> Callable[..., proving.RunProof]:
    """Proves the small product's learner: in joint, or in dual without research."""

    def run(
        liaison: str = "dual",
        *,
        served: Any = toy.Rates,
        contract: Contract = contract,
        state: str = "",
        known: Any = None,
        **options: Any,
    ) -> proving.RunProof:
        learner = toy.Learner(**options)
        parties = {"candidate": learner} if liaison == "dual" else {"reference": learner}

        def open_sides(
            _: Any, contract: Contract, *, source: Source, liaison: str, progress: Any
        ) -> Sides:
            assert liaison
            given: dict[str, Any] = {"candidate": None, "served": served, **parties}
            return Sides(contract, source, progress=progress, **given)

        monkeypatch.setattr(proving, "open_sides", open_sides)
        (tmp_path / state).mkdir(exist_ok=True)
        return proving.prove_run(
            cast("Product", Named()),
            contract,
            tmp_path / state,
            source=Memory(history),
            liaison=liaison,
            progress=lambda _: None,
            known=known,
        )

    return run


@pytest.mark.parametrize(
    ("liaison", "message"),
    [("dual", "the implementation is not"), ("joint", "research's solution as served is not")],
)
def test_a_broken_clause_stops_the_run_and_is_named(
    prove: Callable[..., proving.RunProof], tmp_path: Path, liaison: str, message: str
) -> None:
    """The message says what to run to see the evidence; nothing is stored."""
    with pytest.raises(ContractError, match=message) as raised:
        prove(liaison, breaks=1)
    assert [line.partition(":")[0] for line in raised.value.details] == ["schema"]
    assert f"task=prove product=toy liaison={liaison}" in str(raised.value.hint)
    assert [*tmp_path.iterdir()] == []


def test_a_proof_is_stored_and_not_made_again(
    prove: Callable[..., proving.RunProof], fits: list[Any]
) -> None:
    """A run that is resumed reads it: the same verdicts, and the same times."""
    proof = prove()
    assert [(each.clause, each.status) for each in proof.verdicts] == [("schema", "equivalent")]
    assert proof.candidate_us > 0
    assert proof.reference_us is None
    assert proof.text == f"{proof.summary}; one row {proof.candidate_us:.1f} µs"
    assert (prove(), len(fits)) == (proof, 1)


def test_runs_of_one_comparison_share_a_proof(
    prove: Callable[..., proving.RunProof], fits: list[Any]
) -> None:
    """Several joint lifecycles are proven once; another liaison is another proof."""
    known: dict[bytes, proving.RunProof] = {}
    one = prove("joint", state="one", known=known)
    assert (prove("joint", state="two", known=known), len(fits)) == (one, 1)
    assert prove("dual", state="three", known=known).liaison == "dual"
    assert len(fits) == 2


def test_an_older_proof_is_read(prove: Callable[..., proving.RunProof], tmp_path: Path) -> None:
    """An earlier version knew the dual liaison alone, and called a verdict's status its outcome."""
    plain = msgspec.to_builtins(prove())
    for name in ("liaison", "form", "why"):
        del plain[name]
    for verdict in plain["verdicts"]:
        verdict["outcome"] = verdict.pop("status")
    (tmp_path / proving.FILE).write_bytes(msgspec.json.encode(plain))
    assert (prove().liaison, prove().served_form) == ("dual", "")
    assert [each.status for each in prove().verdicts] == ["equivalent"]


def test_the_text_has_the_ratio_of_the_times(
    prove: Callable[..., proving.RunProof],
) -> None:
    """Where both sides are present, one row is timed on each."""
    both = replace(prove(), candidate_us=2.0, reference_us=3000.0)
    assert both.text.endswith("one row 2.0 µs, research's solution 3,000 µs (1,500 times)")


def test_joint_says_in_which_form_the_solution_is_served(
    prove: Callable[..., proving.RunProof], toy: ModuleType, fits: list[Any]
) -> None:
    """One fit makes both sides: as converted and as fitted. The form and its reason are shown."""

    class WithForm(toy.Rates):  # type: ignore[name-defined,misc]
        form, why = "skops", "ONNX cannot express it"

    proof = prove("joint", served=WithForm)
    assert proof.text.endswith("; served as skops, because ONNX cannot express it")
    assert proof.reference_us is not None
    assert len(fits) == 1
    head = Head(product="toy", task="run", command="run", digest="d", versions={})
    shown = html(Page(title="t", lead="l", head=head, sections=(proof_section(proof),)))
    assert "Served as skops, because ONNX cannot express it." in shown
    assert "Research&#x27;s solution as served" in shown


def test_joint_leaves_out_what_fits_anew(
    prove: Callable[..., proving.RunProof], contract: Contract, fits: list[Any]
) -> None:
    """One learner makes both sides, and a run fits it once."""
    clauses = (
        ClauseTerm(name="noise_floor", pair="same_data", tolerance={"seeds": 2}),
        ClauseTerm(name="schema", pair="recorded"),
    )
    more = msgspec.structs.replace(contract, clauses=clauses)
    proof = prove("joint", contract=more)
    assert [each.status for each in proof.verdicts] == ["not_run", "equivalent"]
    assert proof.verdicts[0].message == ONE_LEARNER
    assert len(fits) == 1


def test_joint_refuses_a_form_that_is_another_model(
    prove: Callable[..., proving.RunProof], toy: ModuleType, contract: Contract
) -> None:
    """A form that predicts other values than the solution is not released."""
    term = ClauseTerm(name="pointwise", pair="same_state", tolerance={"absolute": 1e-5})
    strict = msgspec.structs.replace(contract, clauses=(term,))
    with pytest.raises(ContractError, match="not released") as raised:
        prove("joint", contract=strict, served=toy.Rounded)
    assert raised.value.details[0].startswith("pointwise")


def test_the_text_has_the_form_and_no_list(prove: Callable[..., proving.RunProof]) -> None:
    """A terminal gets a line; what was compared is on the page."""
    served = replace(prove(), form="onnx", why="its outputs are equal on 9 rows: 4 old, 5 new")
    assert served.text.endswith("; served as onnx, because its outputs are equal on 9 rows")
    assert served.served_form.endswith(": 4 old, 5 new")
