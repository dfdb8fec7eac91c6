"""The tasks `serve` and `token`, from the command line."""

from __future__ import annotations

import socket
from contextlib import closing
from typing import TYPE_CHECKING

import pytest
from msgspec.structs import replace

from contracts.config.compose import compose
from contracts.config.entry import Request, main
from contracts.config.settings import settings
from contracts.errors import ConfigError
from production.database.database import Database
from production.registry.tokens import Tokens
from production.service.deploy import serving_command
from production.service.folder import live_state
from production.service.place import bind
from production.settings import Production

if TYPE_CHECKING:
    from pathlib import Path


def command(*words: str) -> int:
    """Return the exit code of production's entry point."""
    return main("production", usage="", arguments=words)


@pytest.fixture
def live_words(tmp_path: Path) -> str:
    """The override that names a folder with a live state, whose database is empty."""
    folder = tmp_path / "live"
    folder.mkdir()
    (folder / "live.json").write_text('{"format":1,"product":"flights"}')
    return f"paths.live={folder}"


def test_serving_what_is_not_deployed(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """It ends with the command that deploys, and makes nothing."""
    assert command("task=serve", f"paths.live={tmp_path / 'live'}") == 5
    assert "task=deploy" in capsys.readouterr().err
    assert not (tmp_path / "live").exists()


def test_serving_before_the_first_manifest(
    live_words: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """A state without a manifest is not deployed yet."""
    assert command("task=serve", live_words) == 5
    assert "task=deploy" in capsys.readouterr().err


def test_deploying_names_the_command_that_serves() -> None:
    """The same words, so that it serves what was deployed, but for those of the task."""
    words = ("task=deploy", "lifecycle=adaptive", "task.options.why=x", "paths.live=l")
    config = compose("production", words)
    request = Request(entry="production", config=config, overrides=words, config_dir=None)
    assert serving_command(request) == (
        "python -m production lifecycle=adaptive paths.live=l task=serve"
    )


def test_a_token_is_shown_once(live_words: str, capsys: pytest.CaptureFixture[str]) -> None:
    """It is printed alone, so that a script can take it; the database has its digest."""
    words = ("task.options.name=web", "task.options.scopes=[predict]")
    assert command("task=token", live_words, *words) == 0
    secret = capsys.readouterr().out.strip()
    config = settings(compose("production", [live_words]), Production)
    with closing(Database(live_state(config).database)) as database:
        (token,) = Tokens(database).all("flights")
    assert (token.name, token.scopes) == ("web", ("predict",))
    assert secret not in repr(token)
    assert command("task=token", live_words, *words) == 5
    assert command("task=token", live_words, *words, "task.options.revoke=true") == 0


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (
            ["task.options.name=web", "task.options.scopes=[write]"],
            "expected scopes, got ['write']",
        ),
        (["task.options.name=web", "task.options.scopes=[]"], "expected scopes, got none"),
        ([], "task.options.name"),
    ],
)
def test_a_token_needs_a_name_and_scopes(
    live_words: str, capsys: pytest.CaptureFixture[str], words: list[str], message: str
) -> None:
    """By the key, with the scopes there are."""
    assert command("task=token", live_words, *words) == 2
    assert message in capsys.readouterr().err


def test_an_address_that_is_taken() -> None:
    """It is refused by its key, with a next step."""
    config = settings(compose("production"), Production)
    with closing(socket.create_server(("127.0.0.1", 0))) as taken:
        serving = replace(config.serving, port=taken.getsockname()[1])
        with pytest.raises(ConfigError, match=r"serving\.port=") as caught:
            bind(replace(config, serving=serving))
    assert "serving.port=0" in caught.value.hint
