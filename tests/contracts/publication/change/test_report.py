from __future__ import annotations

import msgspec
import pytest

from contracts.publication.change.change import change
from contracts.publication.change.report import data, page, summary, table, verdict
from contracts.report.html import html
from contracts.report.page import Head
from contracts.report.table import NOTHING

EASED = change("metrics", "threshold_eased", "log_loss", "0.55 → 0.6", old=0.55, new=0.6)
ADDED = change("input", "category_added", "carrier", "'ZZ'")
MOVED = change("equivalence", "clause_moved")


def test_a_table_has_a_row_for_each_change() -> None:
    """A row tells where, what, whom it breaks and why; a side that does not break has a dash."""
    assert table([EASED, ADDED]).texts() == (
        (
            "metrics log_loss", "threshold eased: 0.55 → 0.6", "breaks", NOTHING,
            "predictions promise less",
        ),
        (
            "input carrier", "category added: 'ZZ'", NOTHING, "breaks",
            "accepts rows it refused",
        ),
    )  # fmt: skip


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ([], "nothing changed"),
        ([MOVED], "patch: neither side breaks"),
        ([ADDED, MOVED], "minor: the implementer breaks"),
        ([EASED], "major: the consumer breaks"),
        ([EASED, ADDED], "major: consumer and implementer break"),
    ],
)
def test_a_verdict_names_who_breaks(changes: list[object], words: str) -> None:
    """The bump, and the sides that the changes break together."""
    assert verdict(changes) == words  # type: ignore[arg-type]


def test_a_summary_says_which_version_is_needed() -> None:
    """Too small a version is refused with the least one, a large enough one is confirmed."""
    old = ("1.0.0", "1.0.0")
    assert summary([ADDED], old=old, new=("draft", "1.0.1")).endswith(
        "1.0.1 does not say so: it must be 1.1.0 or higher"
    )
    assert summary([ADDED], old=old, new=("1.1.0", "1.1.0")) == (
        "1.0.0 → 1.1.0: minor: the implementer breaks; 1.1.0 says so"
    )
    assert summary([ADDED], old=("2.0.0", "2.0.0"), new=old).endswith("it would be 2.1.0")
    assert summary([], old=old, new=("code", "1.0.0")) == "1.0.0 → code (1.0.0): nothing changed"


def test_a_page_and_its_data_hold_every_change() -> None:
    """The page is for people, the same data as JSON for programs."""
    named = {"old": ("1.0.0", "1.0.0"), "new": ("code", "1.0.0")}
    shown = html(page([EASED, ADDED], **named, head=Head(product="toy", task="diff")))
    assert "threshold eased: 0.55 → 0.6" in shown
    decoded = msgspec.json.decode(msgspec.json.encode(data([EASED, ADDED], **named)))
    assert (decoded["bump"], decoded["version"]) == ("major", "2.0.0")
    assert [each["rule"] for each in decoded["changes"]] == ["threshold_eased", "category_added"]
    assert decoded["changes"][0]["old"] == 0.55
