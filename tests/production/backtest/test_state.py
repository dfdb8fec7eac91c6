from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from msgspec.structs import replace

from contracts.errors import ConfigError, ConflictError, StateError
from contracts.host.owned import MARKER, claim
from production.backtest import state as module
from production.backtest.state import run_digest, run_folder, run_state

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path


pytestmark = pytest.mark.usefixtures("toy")


def test_the_same_digest_resumes_another_starts_clean(tmp_path: Path) -> None:
    """What an equal run left is there; what another left is gone."""
    with run_folder(tmp_path, "one") as state:
        (state / "database").write_text("progress")
    with run_folder(tmp_path, "one") as state:
        assert (state / "database").read_text() == "progress"
    with run_folder(tmp_path, "two") as state:
        assert sorted(path.name for path in state.iterdir()) == [MARKER, "run.json"]


def test_a_second_process_on_one_output_is_refused(tmp_path: Path) -> None:
    """Two writers would mix two runs; the lock ends with its holder."""
    with run_folder(tmp_path, "one"):
        with (
            pytest.raises(ConflictError, match="another process is running in"),
            run_folder(tmp_path, "one"),
        ):
            pass
        with run_folder(tmp_path / "elsewhere", "one"):
            pass
    with run_folder(tmp_path, "one"):
        pass


def test_a_folder_that_was_half_cleared_does_not_pass_for_the_run_it_was(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Killed while it clears for another run, the folder is cleared again, whoever asks next."""
    with run_folder(tmp_path, "one") as state:
        (state / "database").write_text("progress")

    def killed(folder: Path) -> None:
        raise KeyboardInterrupt(folder.name)

    with monkeypatch.context() as patch:
        patch.setattr(module, "clear", killed)
        with pytest.raises(KeyboardInterrupt), run_folder(tmp_path, "two"):
            pass
    with run_folder(tmp_path, "one") as state:
        assert not (state / "database").exists()


@pytest.mark.parametrize("name", ["thesis.tex", ".git", "state"])
def test_a_folder_that_is_not_ours_is_refused_and_left_as_it_is(tmp_path: Path, name: str) -> None:
    """Nothing in it is removed, replaced or added."""
    (tmp_path / name).mkdir()
    (tmp_path / name / "chapter").touch()
    with pytest.raises(StateError, match=rf"{tmp_path} has files that we did not write: {name}"):
        _enter(tmp_path)
    assert [path.relative_to(tmp_path).as_posix() for path in tmp_path.rglob("*")] == [
        name,
        f"{name}/chapter",
    ]


def test_a_foreign_state_is_refused_and_left_as_it_is(tmp_path: Path) -> None:
    """Although the folder above it is ours."""
    claim(tmp_path)
    (tmp_path / "state").mkdir()
    (tmp_path / "state" / "chapter").touch()
    with pytest.raises(StateError, match="state has files that we did not write: chapter"):
        _enter(tmp_path)
    assert (tmp_path / "state" / "chapter").exists()


def test_a_linked_lock_is_not_followed(tmp_path: Path) -> None:
    """What it leads to stays as it is."""
    claim(tmp_path / "output")
    (tmp_path / "thesis").write_text("chapter")
    (tmp_path / "output" / "state.lock").symlink_to(tmp_path / "thesis")
    with pytest.raises(StateError, match=r"state\.lock could not be written"):
        _enter(tmp_path / "output")
    assert (tmp_path / "thesis").read_text() == "chapter"


def test_a_linked_state_is_not_cleared(tmp_path: Path) -> None:
    """Not even if it leads to the state of another run."""
    _enter(tmp_path / "other")
    claim(tmp_path / "output")
    (tmp_path / "output" / "state").symlink_to(tmp_path / "other" / "state")
    with pytest.raises(StateError, match="state is a link, expected a folder"):
        _enter(tmp_path / "output", "two")
    assert (tmp_path / "other" / "state" / "run.json").exists()


def test_a_file_in_place_of_the_state_is_named(tmp_path: Path) -> None:
    """In one line, with the next step."""
    claim(tmp_path)
    (tmp_path / "state").write_text("mine")
    with pytest.raises(StateError, match="state is a file, expected a folder"):
        _enter(tmp_path)


@pytest.mark.parametrize("content", [b"", b"{", b"[]", b'{"digest": 1}', b"\xff"])
def test_a_broken_record_is_named_and_nothing_is_cleared(tmp_path: Path, content: bytes) -> None:
    """Which run left the state is unknown, so a person decides."""
    with run_folder(tmp_path, "one") as state:
        (state / "database").write_text("progress")
    (state / "run.json").write_bytes(content)
    with pytest.raises(StateError, match=r"run\.json is broken") as raised:
        _enter(tmp_path)
    assert "\n" not in str(raised.value)
    assert (state / "database").exists()
    (state / "run.json").unlink()  # as the hint says
    _enter(tmp_path)
    assert not (state / "database").exists()


def _enter(output: Path, digest: str = "one") -> None:
    """Enter a run's folder and leave it again."""
    with run_folder(output, digest):
        pass


def test_a_run_depends_on_configuration_data_contract_and_code(
    operation: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A change in any of them is another run; another output folder or task option is not."""
    case = operation(until=14)
    config, history = case.config, case.history
    digest = run_digest(config, history)
    elsewhere = replace(config, paths=replace(config.paths, output="elsewhere"))
    assert run_digest(elsewhere, history) == digest
    assert run_digest(replace(config, task=replace(config.task, options={})), history) == digest
    contract = replace(history.product.contract, digest="other")
    others = {
        run_digest(replace(config, seed=config.seed + 1), history),
        run_digest(config, replace(history, digest="other")),
        run_digest(config, replace(history, product=replace(history.product, contract=contract))),
    }
    monkeypatch.setattr(module, "code_digest", lambda: "other")
    others.add(run_digest(config, history))
    assert len(others - {digest}) == 4


def test_a_run_keeps_all_its_state_in_its_own_folder(
    operation: Callable[..., Any], tmp_path: Path
) -> None:
    """A database or store elsewhere is refused: a backtest never writes to a live one."""
    config = operation(until=14).config
    state = run_state(config, tmp_path)
    assert state.database.database == f"{tmp_path}/liaison.db"
    assert {path.parent for path in (state.artifacts, state.signatures, state.dump)} == {tmp_path}
    shared = replace(config, database=replace(config.database, url="sqlite:///live.db"))
    with pytest.raises(ConfigError, match=r"expected \{state\} in it"):
        run_state(shared, tmp_path)
    stored = replace(config, artifacts={"name": "s3", "url": "s3://bucket/p"})
    with pytest.raises(ConfigError, match=r"artifacts=s3: a run in virtual time.*artifacts=local"):
        run_state(stored, tmp_path)
