"""The words of a command line, and the commands in hints."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from contracts.config.command import completed

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.parametrize(
    ("hint", "expected"),
    [
        (
            "draft it anew: python -m research task=specify",
            (
                "draft it anew: "
                "python -m research --config-dir 'my own' product=a paths.data=d task=specify"
            ),
        ),
        (
            "python -m contracts product=b task=check; or python -m production, then wait",
            (
                "python -m contracts --config-dir 'my own' paths.data=d product=b task=check; "
                "or python -m production --config-dir 'my own' product=a paths.data=d, then wait"
            ),
        ),
        (
            "python -m production --config-dir 'my own' product=a paths.data=d lifecycle=adaptive",
            "python -m production --config-dir 'my own' product=a paths.data=d lifecycle=adaptive",
        ),
        ("python -m pip install x", "python -m pip install x"),
        ("", ""),
    ],
)
def test_a_hint_is_a_command_for_the_same_product(
    hint: str, expected: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It keeps the folder of configuration, the product and its folders, and nothing else."""
    (tmp_path / "my own").mkdir()
    monkeypatch.chdir(tmp_path)
    words = ["--config-dir", "my own", "product=a", "seed=3", "paths.data=d", "paths.output=o"]
    assert completed(hint, words) == expected


def test_a_hint_for_production_serves_the_same() -> None:
    """It keeps the lifecycle and where the state is, without the password; the others lack both."""
    words = ["lifecycle=adaptive", "database=postgresql", "trigger.every=1d"]
    words.append("database.url=postgresql://ada:secret@db/live")
    url = "'database.url=postgresql://ada:***@db/live'"
    assert completed("python -m production task=serve", words) == (
        f"python -m production lifecycle=adaptive database=postgresql {url} task=serve"
    )
    assert completed("python -m contracts task=list", words) == "python -m contracts task=list"


def test_words_that_cannot_be_read_leave_the_hint_as_it_is() -> None:
    """The error is about them."""
    assert completed("python -m research task=learn", ["--what"]) == "python -m research task=learn"
