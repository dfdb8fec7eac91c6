"""The model card: figures beside a contract, shown with it, and no part of its digest."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from contracts.contract import card as figures
from contracts.contract import load
from contracts.contract.card import Card, CardScore, ColumnSeen, SegmentScore, WindowRows
from contracts.errors import ContractError
from contracts.publication.card import write_document
from contracts.report.html import html
from contracts.report.page import Head
from contracts.score.bootstrap import Interval
from contracts.score.calibration import Bin
from contracts.show.document import page
from contracts.show.markdown import markdown
from tests.contracts.conftest import LABELS

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from contracts.contract import Contract

HEAD = Head(product="toy", task="show", command="python -m contracts task=show")


def interval(value: float) -> Interval:
    """Return an interval around a value."""
    return Interval(value=value, low=value - 0.01, high=value + 0.01)


def card(contract: Contract, metric: str, **changes: Any) -> Card:
    """Return the card of a contract, with changes."""
    number = contract.kind == "regression"
    count = len(LABELS[contract.kind])
    rows = WindowRows(
        events=400,
        outcomes=380,
        labels=(7, *(170,) * (count - 1)) if count else (),
        unlisted=3,
        spread=(-1.5, 2.5, 9.25) if number else (),
    )
    score = CardScore(solution=interval(0.5), baseline=interval(0.75), gain=interval(0.25))
    given: dict[str, Any] = {
        "digest": contract.digest,
        "training": rows,
        "test": rows,
        "scores": {metric: score},
        "shuffled": {metric: 0.4},
        "calibration": (Bin(events=38, predicted=0.2, observed=0.3, low=0.1, high=0.5),),
        "metric": metric,
        "segments": tuple(
            SegmentScore(column="colour", value=f"c{at}", rows=40, solution=at, baseline=20.0)
            for at in range(14)
        ),
        "small": 2,
        "columns": (
            ColumnSeen(name="colour", values=2, missing=0.0, outside=0.0, moved=0.3),
            ColumnSeen(name="size", least=0.25, most=0.5, missing=0.1, outside=0.06, moved=0.01),
        ),
    }
    return Card(**given | changes)


@pytest.mark.parametrize(
    ("kind", "metric", "outcomes"),
    [
        ("binary", "log_loss", "| in_time | 7 | 7 |"),
        ("multiclass", "log_loss", "| labels that are not listed | 3 | 3 |"),
        ("regression", "mae", "| training | -1.5 | 2.5 | 9.25 |"),
    ],
)
def test_the_card_is_shown_with_the_contract(
    write: Callable[..., Contract], tmp_path: Path, kind: str, metric: str, outcomes: str
) -> None:
    """Windows, scores beside naive ones, segments from the worst, calibration, and limits."""
    contract = write(tmp_path, kind)
    figures.write(contract.folder, card(contract, metric))
    document = page(load(contract.folder), HEAD)
    text = markdown(document)
    for said in (
        "| 400 | 380 |",
        outcomes,
        f"| {metric} | lower | 0.5000 [0.4900, 0.5100] | 0.7500 [0.7400, 0.7600] |",
        f"would have claimed `{metric}` 0.4000",
        "**2 more segments**",
        "Segments left out for too few rows: 2.",
        "| 38 | 0.2000 | 0.3000 | 0.1000 | 0.5000 |",
        "5.0% of the events of training had no outcome at its end.",
        "shifted between training and test: `colour` 0.30.",
        "| `size` | 0 to 1 | 0.25 to 0.5 | 10.0% | 6.0% | 0.01 |",
        "| `colour` | 3 values | 2 values |",
        "## Clauses: what is tested",
    ):
        assert said in text
    assert text.index("| c13 |") < text.index("| c12 |") < text.index("| c0 |")
    assert ("`in_time` 7" in text) == (kind == "binary")
    assert "<svg" in html(document)


def test_the_card_is_no_part_of_the_digest(write: Callable[..., Contract], tmp_path: Path) -> None:
    """A contract is the same with it, without it, and says where it has none."""
    contract = write(tmp_path)
    assert "No model card was recorded" in markdown(page(contract, HEAD))
    figures.write(contract.folder, card(contract, "log_loss"))
    write_document(contract.folder)
    assert load(contract.folder) == contract
    text = (contract.folder / figures.DOCUMENT).read_text("utf-8")
    assert text == markdown(page(contract, HEAD))


def test_a_card_of_another_contract_is_refused(
    write: Callable[..., Contract], tmp_path: Path
) -> None:
    """So is one that is no card; the message names the file and the next step."""
    contract = write(tmp_path)
    figures.write(contract.folder, card(contract, "log_loss", digest="another"))
    with pytest.raises(ContractError, match=r"card\.json: the card is of another contract") as it:
        page(contract, HEAD)
    assert "task=specify" in it.value.hint
    (contract.folder / figures.FILE).write_text('{"digest": 1}')
    with pytest.raises(ContractError, match=r"card\.json: Expected"):
        page(contract, HEAD)
