"""The URL of a database in a folder."""

from __future__ import annotations

from contextlib import closing
from typing import TYPE_CHECKING

import pytest

from contracts.errors import ConfigError
from production.database.database import Database
from production.database.url import in_folder, parse

if TYPE_CHECKING:
    from pathlib import Path

TEMPLATE = "sqlite:///{state}/liaison.db"
NAMES = ["plain", "a?b", "a?c", "a%41", "aA", "a#b", "a b@c:d", "a+b", "{state}", "ä"]


def test_each_folder_has_a_database_of_its_own(tmp_path: Path) -> None:
    """Whatever characters its path has: what a URL means by them does not count."""
    for name in NAMES:
        with closing(Database(in_folder(TEMPLATE, tmp_path / name))):
            pass
    assert {path.relative_to(tmp_path).as_posix() for path in tmp_path.glob("*/*.db")} == {
        f"{name}/liaison.db" for name in NAMES
    }


@pytest.mark.parametrize(
    "template",
    [
        "sqlite:///live.db",
        "sqlite:///{state}/../live.db",
        "sqlite:///live.db?folder={state}",
        "sqlite:///{folder}/live.db",
        "postgresql://me@host/live",
        "postgresql://me@host/{state}",
        "{state}",
    ],
)
def test_a_database_outside_the_folder_is_refused(template: str, tmp_path: Path) -> None:
    """The message has a template that works."""
    with pytest.raises(ConfigError) as raised:
        in_folder(template, tmp_path / "state")
    assert "sqlite:///" in raised.value.hint


@pytest.mark.parametrize("text", ["", "state.db", "sqlite://host:port/a.db"])
def test_a_malformed_url_is_refused(text: str) -> None:
    """The message has the text, and an example that works."""
    with pytest.raises(ConfigError, match="expected a database URL, got"):
        parse(text)


def test_options_after_the_file_are_refused(tmp_path: Path) -> None:
    """One of them keeps the database in memory, where it would forget what it acknowledged."""
    with pytest.raises(ConfigError, match=r"got the options \['mode', 'uri'\] after it"):
        Database(f"sqlite:///file:{tmp_path}/a.db?mode=memory&uri=true")


def test_a_malformed_url_hides_its_password() -> None:
    """Errors end in terminals and logs."""
    with pytest.raises(ConfigError) as refused:
        parse("postgresql://ada:s3cret@host:port/x")
    assert "s3cret" not in str(refused.value)
    assert "ada:***@host:port" in str(refused.value)
