from __future__ import annotations

from typing import Any

import pytest
from msgspec.structs import replace

from production.metrics import PersonsWord, Refreshes
from production.triggers.manual import Manual
from tests.suites.trigger import TriggerSuite, moment

ASKED = PersonsWord(at=5, who="ada", action="refresh", why="a new season")


class TestManual(TriggerSuite):
    """A person's wish as a trigger."""

    @pytest.fixture
    def trigger(self) -> Any:
        """Make it."""
        return Manual()


def test_a_person_asks_once() -> None:
    """What was asked for before the last refresh is done."""
    asked = replace(moment(6), refreshes=Refreshes(said=(ASKED,)), attended=True)
    assert Manual().due(asked) == "manual: ada: a new season"
    assert Manual().due(replace(asked, since=6)) is None


@pytest.mark.parametrize("action", ["approve", "reject"])
def test_an_answer_is_no_wish(action: str) -> None:
    """It is another trigger's."""
    word = replace(ASKED, action=action)
    assert Manual().due(replace(moment(6), refreshes=Refreshes(said=(word,)))) is None
