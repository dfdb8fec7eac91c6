"""Reports of experiments: words from a closed set, tables that fit a terminal, pages, and data."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec
import pytest
from msgspec.structs import replace

from contracts.report.html import html
from contracts.report.page import Head
from contracts.report.terminal import table_text
from contracts.report.write import to_json
from production.experiments import experiment_report, replay_report
from production.selectors.port import Split, only
from tests.production.experiments.test_reading import reading
from tests.production.experiments.test_replay import HALVES, OPTIONS, keys, replayed

if TYPE_CHECKING:
    from tests.production.experiments.live_log import LiveLog

HEAD = Head(product="amounts", task="replay")
LIMITS = OPTIONS.gates


@pytest.mark.parametrize(
    ("generation", "words"),
    [(2, "better: "), (3, "worse: "), (4, "no difference found: ")],
)
def test_a_replay_in_words(live: LiveLog, generation: int, words: str) -> None:
    """The sentence begins with the verdict; page and data have it too."""
    live.publish("s", champion=1, candidate=generation)
    live.serve(keys(400), HALVES)
    result = replayed(live, only("candidate"), only("champion"))
    assert replay_report.headline(result).startswith(words)
    page = html(replay_report.replay_page(result, LIMITS, HEAD))
    assert words.removesuffix(": ") in page
    assert "<svg" in page
    data = msgspec.json.decode(to_json(replay_report.replay_data(result, LIMITS)))
    assert data["verdict"] == result.verdict
    estimate = data["evidence"]["weights"]["estimates"]["doubly_robust"]
    assert estimate["current"]["low"] < 1.0 < estimate["current"]["high"]
    assert estimate["gain"]["value"] == pytest.approx(
        estimate["current"]["value"] - estimate["proposed"]["value"]
    )


def test_a_log_that_cannot_tell_says_why(live: LiveLog) -> None:
    """In the lines under the verdict, on the page and in the data."""
    live.publish("s", champion=1, candidate=2)
    live.serve(keys(100), {"champion": 1.0})
    result = replayed(live, only("candidate"), only("champion"))
    assert replay_report.headline(result).startswith("the log cannot tell ")
    reason = "no logged event with an outcome under the arm candidate"
    assert [*replay_report.notes(result)] == [reason]
    assert replay_report.gates_table(result, LIMITS) is None
    assert reason[3:] in html(replay_report.replay_page(result, LIMITS, HEAD))
    assert replay_report.replay_data(result, LIMITS)["reasons"] == (reason,)


def test_evidence_that_was_not_judged_by_says_why(live: LiveLog) -> None:
    """Shadows tell; that no event was weighted is a note."""
    live.publish("s", champion=1, candidate=2)
    live.serve(keys(200), {"champion": 1.0}, shadows=["candidate"])
    notes = [*replay_report.notes(replayed(live, only("candidate"), only("champion")))]
    assert notes[0].startswith("by what arms predicted in the shadow")
    assert notes[1].startswith("not judged by weights: no logged event")


def test_tables_fit_a_terminal_of_80_columns(live: LiveLog) -> None:
    """No interval and no heading is broken."""
    live.publish("s", champion=1, candidate=2)
    live.serve(keys(400), HALVES, shadows=["champion", "candidate"])
    result = replayed(live, Split(shares=HALVES), only("champion"))
    gates = replay_report.gates_table(result, LIMITS)
    assert gates is not None
    tables = (
        replay_report.shares_table(result),
        replay_report.estimates_table(result),
        gates,
        experiment_report.arms_table(reading(live, HALVES)),
    )
    for table in tables:
        text = table_text(table, width=80, styles={}, coloured=False)
        lines = text.splitlines()
        assert max(map(len, lines)) <= 80
        assert all(any(row[0] in line for line in lines) for row in table.texts())


def test_an_experiment_in_words(live: LiveLog) -> None:
    """An effect with its interval at every look, and what the sample ratio is."""
    live.publish("s", champion=1, candidate=2)
    live.serve(keys(600), HALVES)
    result = reading(live, HALVES)
    (line,) = experiment_report.headlines(result)
    assert line.startswith("better: candidate gains +0.2")
    first, *_ = experiment_report.notes(result)
    assert first.startswith("sample ratio as expected: keys: ")
    page = html(experiment_report.experiment_page(result, HEAD))
    assert "<svg" in page
    assert "better" in page
    data = msgspec.json.decode(to_json(experiment_report.experiment_data(result)))
    assert (data["verdict"], len(data["arms"]["candidate"]["looks"])) == ("better", 10)


def test_a_mismatch_hides_the_effect(live: LiveLog) -> None:
    """Neither line, table nor picture shows what is not to be read."""
    live.publish("s", champion=1, candidate=2)
    live.serve(keys(800), {"champion": 0.75, "candidate": 0.25}, propensity=0.5)
    result = reading(live, HALVES)
    lines = [*experiment_report.headlines(result)]
    assert all(line.startswith("sample ratio mismatch: do not read the effect") for line in lines)
    assert {row[-1] for row in experiment_report.arms_table(result).rows} == {None}
    assert "<svg" not in html(experiment_report.experiment_page(result, HEAD))


def test_cannot_tell_yet_says_what_is_missing(live: LiveLog) -> None:
    """More keys for so small a difference, or keys at all."""
    live.publish("s", champion=1, candidate=2)
    live.serve(keys(40), HALVES)
    (few,) = experiment_report.headlines(reading(live, HALVES))
    assert few.startswith("cannot tell yet: outcomes of too few keys: champion ")
    live.serve(keys(220), HALVES, penalty=[3.0 * (at % 2) for at in range(220)])
    (small,) = experiment_report.headlines(reading(live, HALVES))
    assert "more keys would tell such a difference" in small


def test_cannot_tell_yet_names_windows_that_are_too_short(live: LiveLog) -> None:
    """Where both arms have enough keys, and windows in which only one of them served."""
    live.publish("s", champion=1, candidate=2)
    live.serve(keys(120), HALVES)
    result = reading(live, HALVES)
    champion, candidate = (replace(arm, scored_keys=120) for arm in result.arms)
    short = replace(result, arms=(champion, replace(candidate, looks={})))
    (line,) = experiment_report.headlines(short)
    assert "enough keys (champion 120, candidate 120)" in line
    assert "task.options.every=1d" in line
