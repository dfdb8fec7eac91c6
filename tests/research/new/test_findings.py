"""What is inferred of a table, and what is doubted of it."""

from __future__ import annotations

import shlex
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa
import pytest

from contracts.errors import LiaisonError
from contracts.moment import iso
from contracts.report.terminal import table_text
from research.new.shown import columns_table
from tests.research.new.tables import HOUR, INSTANT, NOW, START, found, table

if TYPE_CHECKING:
    from pathlib import Path

    from research.new.inputs import Seen

N = 600
#: Some days before the clocks of Berlin showed three in the morning twice.
BERLIN = START + HOUR * 24 * 290
RNG = np.random.default_rng(1)
LEFT = [bool(each) for each in table(N)["left"]]
#: The target's values, what is said of it, and the kind, labels and part of the rule.
KINDS: dict[str, tuple[list[Any], dict[str, str], tuple[str, tuple[Any, ...], str]]] = {
    "true and false": (LEFT, {}, ("binary", (False, True), "true or false")),
    "0 and 1": ([int(x) for x in LEFT], {}, ("binary", (0, 1), "two values")),
    "0.0 and 1.0": ([float(x) for x in LEFT], {}, ("binary", (0, 1), "0 and 1")),
    "no and yes": (["yes" if x else "no" for x in LEFT], {}, ("binary", ("no", "yes"), "'yes'")),
    "the rarer": (
        ["fraud" if at % 5 == 0 else "other" for at in range(N)],
        {},
        ("binary", ("other", "fraud"), "two values"),
    ),
    "said positive": (
        ["fraud" if at % 5 == 0 else "other" for at in range(N)],
        {"positive": "other"},
        ("binary", ("fraud", "other"), "'other' is predicted"),
    ),
    "texts": ([f"t{at % 4}" for at in range(N)], {}, ("multiclass", ("t0", "t1", "t2", "t3"), "4")),
    "ratings": ([1.0 + at % 5 for at in range(N)], {}, ("regression", (), "1.0 to 5.0")),
    "whole numbers": ([at % 9 for at in range(N)], {}, ("regression", (), "amounts")),
    "codes": (
        [at % 3 for at in range(N)],
        {"kind": "multiclass"},
        ("multiclass", (0, 1, 2), "kind=multiclass says so"),
    ),
    "ratings as classes": (
        [1.0 + at % 3 for at in range(N)],
        {"kind": "multiclass"},
        ("multiclass", (1, 2, 3), "kind=multiclass says so"),
    ),
}


@pytest.mark.parametrize("case", KINDS)
def test_kind(case: str, tmp_path: Path) -> None:
    """The kind and the labels follow a rule, which is stated; a person overrides it."""
    values, given, (kind, labels, rule) = KINDS[case]
    outcome = found(tmp_path, table(N, left=values), **given).outcome
    assert (outcome.kind, outcome.labels) == (kind, labels)
    assert [type(label) for label in outcome.labels] == [type(label) for label in labels]
    assert rule in outcome.rule


def test_late_label(tmp_path: Path) -> None:
    """A class that appears after what is learned from makes the set of labels open."""
    values = [f"t{at % 3}" if at < 400 else f"t{at % 4}" for at in range(N)]
    findings = found(tmp_path, table(N, left=values))
    assert findings.outcome.labels == ("t0", "t1", "t2")
    assert findings.labels_open
    assert findings.metrics == ("brier", "accuracy")  # a log_loss would be that of t3 alone
    first = iso(START + 403 * HOUR)[:10]
    assert (
        f"outcomes known by {iso(findings.windows.test)[:10]}: t3 (from {first})"
        in (findings.doubts[-1])
    )
    assert "add them to specification.labels in the product's file" in findings.doubts[-1]


#: A column, and what becomes of it: its role, and part of what is doubted.
COLUMNS: dict[str, tuple[Any, str, str]] = {
    "constant": ([3] * N, "left out", "constant"),
    "nothing": (pa.nulls(N, pa.float64()), "left out", "null in every row"),
    "copy": (LEFT, "left out", "knows the outcome"),
    "nearly": ([x ^ (at % 40 == 0) for at, x in enumerate(LEFT)], "input", "may know the outcome"),
    "reason": ([f"r{at % 3}" if x else None for at, x in enumerate(LEFT)], "left out", "knows"),
    "comment": ([f"word {at}" for at in range(N)], "left out", "names rows"),
    "serial": ([*range(7, 7 + N)], "left out", "names rows"),
    "signed": (pa.array(START - HOUR * np.arange(N), INSTANT), "left out", "derive a number"),
    "missing": ([None if at % 7 else at for at in range(N)], "input", ""),
    "decimal": (
        pa.array(RNG.random(N).round(2)).cast(pa.decimal128(6, 2), safe=False),
        "input",
        "",
    ),
    "category": (pa.array([f"c{at % 3}" for at in range(N)]).dictionary_encode(), "input", ""),
}


@pytest.mark.parametrize("name", COLUMNS)
def test_column(name: str, tmp_path: Path) -> None:
    """What names rows, says nothing or knows the outcome is no input, and the reason is given."""
    column, role, doubt = COLUMNS[name]
    seen = by_name(found(tmp_path, table(N, **{name: column}), time="at").columns)[name]
    assert seen.role == role
    assert doubt in seen.doubt


def test_kept_and_dropped(tmp_path: Path) -> None:
    """A person has the last word on what is an input."""
    assert "keep=copy" in found(tmp_path, table(N, copy=LEFT)).doubts[-1]
    kept = found(tmp_path, table(N, copy=LEFT), keep="copy", drop="plan")
    assert kept.doubts[-1].startswith("kept, and knows the outcome: copy")
    columns = by_name(kept.columns)
    assert (columns["copy"].role, columns["plan"].role) == ("input", "left out")


def test_a_key_is_an_input_where_it_is_kept(tmp_path: Path) -> None:
    """A region says whose an outcome is, and may say more; unless it is kept, that is said."""
    regions = {"region": [f"r{at % 7}" for at in range(N)]}
    alone = by_name(found(tmp_path, table(N, **regions), key="region").columns)["region"]
    assert (alone.declared, alone.doubt) == (None, "no input, unless keep=region")
    findings = found(tmp_path, table(N, **regions), key="region", keep="region")
    kept = by_name(findings.columns)["region"]
    assert (kept.role, kept.declared is not None, findings.asked.key) == ("key", True, "region")
    assert "key, str" in table_text(columns_table(findings), width=80, styles={}, coloured=False)


def test_no_law(tmp_path: Path) -> None:
    """The least and the largest number of a sample, and its texts, close no column."""
    for each in found(tmp_path).inputs:
        assert each.declared is not None
        assert (each.declared.least, each.declared.most, each.declared.values) == (None, None, ())


def test_odd_headers(tmp_path: Path) -> None:
    """An input's name is one that Python can read; the data's own stands beside it."""
    odd = {"Größe (cm)": RNG.normal(size=N), "class": RNG.normal(size=N), "key": RNG.normal(size=N)}
    declared = [each.declared for each in found(tmp_path, table(N, **odd)).inputs]
    names = {each.origin: each.name for each in declared if each}
    assert {**names, "amount": 0, "plan": 0} == {
        "amount": 0, "plan": 0, "Größe (cm)": "Groesse_cm", "class": "class_", "key": "key_",
    }  # fmt: skip


def test_roles(tmp_path: Path) -> None:
    """What names events and whose they are is found by its name and values, and is no input."""
    odd = {
        "order_id": [f"o{at}" for at in range(N)],
        "customer": [f"c{at % 60}" for at in range(N)],
    }
    asked = found(tmp_path, table(N, **odd)).asked
    assert (asked.id, asked.key, asked.time) == ("order_id", "customer", "at")


def test_texts_are_times_where_every_row_has_one(tmp_path: Path) -> None:
    """As ISO 8601 writes them; one that some rows lack says something else than when."""
    times = [f"2024-01-{1 + at // 24:02} {at % 24:02}:00" for at in range(N)]
    some = [None, *times[1:]]
    assert found(tmp_path, table(N, at=times)).asked.time == "at"
    assert found(tmp_path, table(N, at=None, cancelled=some)).asked.time == "none"
    assert found(tmp_path, table(N, at=times, cancelled=some)).asked.time == "at"


@pytest.mark.parametrize("pattern", ["%d.%m.%Y %H:%M", "%m/%d/%Y %I:%M %p", "%d-%m-%y %H:%M:%S"])
def test_a_query_reads_what_people_wrote(pattern: str, tmp_path: Path) -> None:
    """The refusal of times and numbers that are texts gives it, and the shell takes it."""
    every = [datetime.fromtimestamp((START + HOUR * at) / 1e6, UTC) for at in range(N)]
    odd = {"the time": [at.strftime(pattern) for at in every], "at": None}
    amounts = [f"{1000 + at:,}.{at % 10}".translate(str.maketrans(",.", ".,")) for at in range(N)]
    with pytest.raises(LiaisonError) as refusal:
        found(tmp_path, table(N, left=amounts, **odd))
    said = str(refusal.value).partition("say ")[2].partition("; time=none")[0]
    assert "both fit" not in said
    query = shlex.split(said)[0].removeprefix("query=")
    findings = found(tmp_path, table(N, left=amounts, **odd), query=query)
    assert (findings.asked.time, findings.outcome.kind) == ("the time", "regression")
    assert iso(findings.windows.history) == "2024-01-01T00:00:00Z"
    of_it = f'SELECT *, hour("the time") AS hour FROM ({query})'
    findings = found(tmp_path, table(N, left=amounts, **odd), query=of_it)
    hour = by_name(findings.columns)["hour"]
    assert (hour.role, hour.distinct, findings.asked.time) == ("input", 24, "the time")


def test_a_point_between_thousands_is_doubted(tmp_path: Path) -> None:
    """Where other numbers have a decimal comma, 4.538 is four thousand and more."""
    visits = [round(4 + at / 1000, 3) for at in range(N)]
    prices = [f"{at % 90},{at % 10}" for at in range(N)]
    doubts = found(tmp_path, table(N, visits=visits, price=prices)).doubts
    assert any("visits (such as 4.001)" in doubt for doubt in doubts)
    assert not any("visits" in doubt for doubt in found(tmp_path, table(N, visits=visits)).doubts)
    finer = [each / 7 for each in visits]
    others = found(tmp_path, table(N, visits=finer, price=prices)).doubts
    assert not any("visits" in doubt for doubt in others)


def test_names_are_no_numbers(tmp_path: Path) -> None:
    """A code that is a number but for a few is no number, and no query makes null of it."""
    odd = {
        "at": [f"{1 + at // 24:02}.01.2024 {at % 24}:00" for at in range(N)],
        "item code": ["X7" if at % 30 == 0 else f"{at % 90}" for at in range(N)],
    }
    with pytest.raises(LiaisonError, match="strptime") as refusal:
        found(tmp_path, table(N, **odd))
    assert "item code" not in str(refusal.value)


def test_arrival_is_found(tmp_path: Path) -> None:
    """The one column of times that is null just where the target is says when it was known."""
    known = [None if at > 500 else START + HOUR * (at + 2) for at in range(N)]
    odd = {
        "settled": pa.array(known, INSTANT),
        "left": [None if at > 500 else x for at, x in enumerate(LEFT)],
    }
    findings = found(tmp_path, table(N, **odd), time="at")
    assert findings.asked.arrived == "settled"
    assert findings.doubts == ()


#: Columns that differ, keys that are given, and part of a doubt.
DOUBTS: dict[str, tuple[dict[str, Any], dict[str, str], str]] = {
    "no arrival": ({}, {}, "nothing says when an outcome is known"),
    "no zone": (
        {"at": pa.array(START + HOUR * np.arange(N), pa.timestamp("us"))},
        {"arrived": "1h"},
        "state no zone",
    ),
    "future": (
        {"at": pa.array(NOW - HOUR * np.arange(N) + HOUR * 3, INSTANT)},
        {"arrived": "1h"},
        "3 rows lie in the future",
    ),
    "future, within a second": (
        {"at": pa.array(NOW - HOUR * np.arange(N) + HOUR * 3 + 46_987_000, INSTANT)},
        {"arrived": "1h"},
        "lie in the future, the last at 2027-01-15T11:00:46Z",
    ),
    "no time": ({"at": None}, {}, "the data have no time"),
    "an hour of autumn": (
        {"at": pa.array(BERLIN + HOUR * np.arange(N), pa.timestamp("us"))},
        {"arrived": "1h", "zone": "Europe/Berlin"},
        "1 times of 'at' lie in an hour that clocks of Europe/Berlin show twice",
    ),
    "numbers but for some": (
        {"size": ["n/a" if at % 20 == 0 else f"{at % 97}.5" for at in range(N)]},
        {"arrived": "1h"},
        """(but for some). To have them read say query="SELECT * REPLACE (try_""",
    ),
    "decimal commas": (
        {"size": [f"{at % 5},{at % 10}" for at in range(N)]},
        {"arrived": "1h"},
        """replace(replace(\\"size\\", '.', ''), ',', '.')::double AS \\"size\\") FROM data\"""",
    ),
}


@pytest.mark.parametrize("case", DOUBTS)
def test_doubt(case: str, tmp_path: Path) -> None:
    """What may be wrong of the times is said."""
    columns, given, doubt = DOUBTS[case]
    assert doubt in " ".join(found(tmp_path, table(N, **columns), **given).doubts)


def test_windows(tmp_path: Path) -> None:
    """Learning, its test and operation follow each other, and none is without outcomes."""
    windows = found(tmp_path, arrived="1d").windows
    assert windows.history < windows.test < windows.start < windows.until
    assert windows.start - windows.test >= windows.lag
    assert 0 < windows.holdout <= (windows.start - windows.history) / 4
    # The champion has learned none of the holdout, and the challenger more than the champion.
    assert windows.holdout <= windows.refresh / 2


def by_name(columns: tuple[Seen, ...]) -> dict[str, Seen]:
    """Return what was seen of each column by its name."""
    return {each.column: each for each in columns}


def test_the_table_fits_a_terminal(tmp_path: Path) -> None:
    """What was seen of columns with long names and doubts stands in 80 columns."""
    odd = {
        "a column whose name never comes to an end": LEFT,
        "comment": [f"c{at}" for at in range(N)],
    }
    shown = columns_table(found(tmp_path, table(N, **odd)))
    text = table_text(shown, width=80, styles={}, coloured=False)
    assert max(map(len, text.splitlines())) <= 80
    assert "knows the outcome" in text


def test_few_outcomes_a_day(tmp_path: Path) -> None:
    """Where two come a day, nearly every holdout has the thirty that a gate asks for."""
    at = np.sort(np.random.default_rng(0).integers(0, 700 * 24 * HOUR, 1400))
    windows = found(tmp_path, table(1400, at=pa.array(START + at, INSTANT)), arrived="30d").windows
    ends = range(windows.start, windows.until, 24 * HOUR)
    arrived = START + at + 30 * 24 * HOUR
    counts = [int(((arrived >= end - windows.holdout) & (arrived < end)).sum()) for end in ends]
    assert np.mean([count >= 30 for count in counts]) > 0.95


def test_slow_outcomes(tmp_path: Path) -> None:
    """Outcomes that take a tenth of the history leave time to learn from them, and to test."""
    windows = found(tmp_path, table(4000), arrived="20d").windows
    assert windows.test - windows.history > 2 * windows.lag
    assert windows.start - windows.test >= 2 * windows.lag


def test_a_test_of_two_days(tmp_path: Path) -> None:
    """A history of a few days is too short to tell how much days vary, and this is said."""
    at = pa.array(START + HOUR // 30 * np.arange(3000), INSTANT)
    findings = found(tmp_path, table(3000, at=at), arrived="1m")
    assert findings.windows.tested_days < 3
    assert "no clause `metric`" in findings.doubts[-1]
