from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from msgspec.structs import replace

from contracts.errors import ConfigError, ConflictError
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
        assert [path.name for path in state.iterdir()] == ["run.json"]


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
        patch.setattr(module.shutil, "rmtree", killed)
        with pytest.raises(KeyboardInterrupt), run_folder(tmp_path, "two"):
            pass
    with run_folder(tmp_path, "one") as state:
        assert not (state / "database").exists()


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
    """A database that lies elsewhere is refused: a backtest never writes to a live one."""
    config = operation(until=14).config
    state = run_state(config, tmp_path)
    assert state.database.database == f"{tmp_path}/liaison.db"
    assert {path.parent for path in (state.artifacts, state.signatures, state.dump)} == {tmp_path}
    shared = replace(config, database=replace(config.database, url="sqlite:///live.db"))
    with pytest.raises(ConfigError, match=r"expected \{state\} in it"):
        run_state(shared, tmp_path)
