from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import pytest
from msgspec.structs import replace

from contracts.contract import published
from contracts.fulfilment.answer import Answer, table
from contracts.fulfilment.claim import Claim
from contracts.fulfilment.deployed import deployed

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from contracts.contract import Contract

RUN = "python -m production --config-dir conf task=run product=toy"
CLAIM = Claim(
    product="toy",
    release="1.0.0",
    generation=3,
    contract="1.1.0",
    artifact="a",
    role="champion",
    at=0,
)


@pytest.fixture
def root(tmp_path: Path, write: Callable[..., Contract]) -> Path:
    """Two published versions: the newer one knows a label more."""
    write(tmp_path / "toy" / "1.0.0")
    write(tmp_path / "toy" / "1.1.0", version="1.1.0", labels=("early", "late"))
    return tmp_path


@pytest.fixture
def asked(root: Path, write: Callable[..., Contract]) -> Contract:
    """The newer one."""
    return write(root / "toy" / "1.1.0", version="1.1.0", labels=("early", "late"))


@pytest.mark.parametrize(
    ("found", "outcome", "reason"),
    [
        ("1.1.0", "yes", "fulfils 1.1.0"),
        ("1.2.0", "yes", "fulfils 1.2.0"),
        ("1.0.0", "warning", "older than 1.1.0: a rollback"),
        ("2.0.0", "no", "another major version than 1.1.0"),
        ("0.9.0", "no", "another major version than 1.1.0"),
        ("", "no", "expected a version"),
    ],
)
def test_each_generation_in_service_is_asked(
    root: Path, asked: Contract, found: str, outcome: str, reason: str
) -> None:
    """The same major version holds, an older one of it with a warning, another does not."""
    (check,) = deployed([replace(CLAIM, contract=found)], asked, partial(published, root), run=RUN)
    assert (check.name, check.outcome) == ("champion: release 1.0.0, generation 3", outcome)
    assert reason in check.reason


def test_what_a_rollback_does_not_promise_is_listed(root: Path, asked: Contract) -> None:
    """The changes since the version it fulfils; unknown where that one is not published."""
    (check,) = deployed(
        [replace(CLAIM, contract="1.0.0")], asked, partial(published, root), run=RUN
    )
    assert check.details
    assert all(line.startswith("not promised: ") for line in check.details)
    assert any("early" in line for line in check.details)
    (check,) = deployed(
        [replace(CLAIM, contract="1.0.5")], asked, partial(published, root), run=RUN
    )
    assert check.outcome == "warning"
    assert "is unknown" in check.details[0]


def test_all_that_a_manifest_offers_is_asked(root: Path, asked: Contract) -> None:
    """A candidate that is not the champion can serve too."""
    other = replace(CLAIM, role="candidate", generation=2, contract="2.0.0")
    outcomes = [
        check.outcome
        for check in deployed([CLAIM, other], asked, partial(published, root), run=RUN)
    ]
    assert outcomes == ["yes", "no"]


def test_a_generation_of_another_product_is_refused(root: Path, asked: Contract) -> None:
    """Whatever version it fulfils."""
    (check,) = deployed([replace(CLAIM, product="other")], asked, partial(published, root), run=RUN)
    assert (check.outcome, check.reason) == ("no", "a generation of other")


def test_nothing_deployed_stops_nothing(root: Path, asked: Contract) -> None:
    """The first deployment is one too: the answer says how to come to one."""
    (check,) = deployed([], asked, partial(published, root), run=RUN)
    assert check.outcome == "open"
    assert check.reason == f"nothing deployed yet: {RUN}"


def test_further_lines_stand_below_their_answer() -> None:
    """In the table, in the order they were given."""
    shown = table(
        [
            Answer(name="a", outcome="yes", reason="so", details=("one", "two")),
            Answer(name="b", outcome="no", reason="not so"),
        ]
    )
    assert shown.rows == (
        ("a", "yes", "so"),
        ("", "", "· one"),
        ("", "", "· two"),
        ("b", "no", "not so"),
    )
