"""The folder of a live state: made once, and never taken from anything else."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from msgspec.structs import replace

from contracts.errors import ConfigError, StateError
from contracts.host.owned import claim
from production.service.folder import MARKER, chosen_state, live_state, make_live_state
from tests.production.conftest import configuration

if TYPE_CHECKING:
    from pathlib import Path

    from production.settings import Production


def config(live: Path | str, *overrides: str) -> Production:
    """Return a configuration whose live state lies in a folder."""
    settings = configuration(overrides)
    return replace(settings, paths=replace(settings.paths, live=str(live)))


def test_it_is_made_once_and_found_again(tmp_path: Path) -> None:
    """Database and artifacts lie in the folder, whatever characters its path has."""
    folder = tmp_path / "a ?#%b"
    made = make_live_state(config(folder))
    assert made == make_live_state(config(folder)) == live_state(config(folder))
    assert made.database.database == str(folder / "liaison.db")
    assert made.artifacts == folder / "artifacts"


def test_a_shared_database_lies_elsewhere(tmp_path: Path) -> None:
    """Several hosts share one database by its URL; the folder is each host's own."""
    url = f"sqlite:///{tmp_path}/shared.db"
    state = make_live_state(config(tmp_path / "live", f"database.url={url}"))
    assert state.database.render_as_string() == url


def test_what_was_never_deployed_is_refused_with_the_next_command(tmp_path: Path) -> None:
    """Reading a live state makes nothing."""
    with pytest.raises(StateError, match=r"not in service.*task=deploy product=flights"):
        live_state(config(tmp_path / "live"))
    assert not (tmp_path / "live").exists()


def test_a_folder_of_something_else_stays_as_it_is(tmp_path: Path) -> None:
    """A backtest's folder, or a thesis."""
    (tmp_path / "thesis.txt").write_text("years")
    with pytest.raises(StateError, match="holds something else"):
        make_live_state(config(tmp_path))
    assert [path.name for path in tmp_path.iterdir()] == ["thesis.txt"]


def test_no_other_task_writes_to_a_live_state(tmp_path: Path) -> None:
    """A run that is told to write there changes nothing."""
    make_live_state(config(tmp_path))
    with pytest.raises(StateError, match=r"files that we did not write: live\.json"):
        claim(tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == [MARKER]


def test_a_file_is_no_folder(tmp_path: Path) -> None:
    """The message names it."""
    (tmp_path / "live").write_text("years")
    with pytest.raises(StateError, match=r"the live state of flights could not be written: .*live"):
        make_live_state(config(tmp_path / "live"))
    assert (tmp_path / "live").read_text() == "years"


@pytest.mark.parametrize("content", [b'{"format":1,"product":"other"}', b"{", b"[]"])
def test_a_marker_of_another_product_or_a_broken_one_is_refused(
    tmp_path: Path, content: bytes
) -> None:
    """Two products never share a folder."""
    (tmp_path / MARKER).write_bytes(content)
    for function in (live_state, make_live_state):
        with pytest.raises(StateError, match="live state"):
            function(config(tmp_path))


def test_an_empty_path_is_refused() -> None:
    """It would be the working directory."""
    with pytest.raises(ConfigError, match=r"paths\.live is empty"):
        make_live_state(config(" "))


def test_a_task_reads_the_live_state_or_that_of_a_run(tmp_path: Path) -> None:
    """What is not there is named: a run's folder, or a product that was never deployed."""
    settings = config(tmp_path / "live")
    with pytest.raises(StateError) as caught:
        chosen_state(settings, None)
    assert "task=deploy" in caught.value.hint
    with pytest.raises(ConfigError, match=r"task\.options\.state"):
        chosen_state(settings, str(tmp_path / "none"))
    made = make_live_state(settings)
    assert chosen_state(settings, None) == made
    assert chosen_state(settings, str(tmp_path)).artifacts == tmp_path / "artifacts"
