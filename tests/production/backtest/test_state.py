from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from contracts.errors import ConflictError
from production.backtest import state as module
from production.backtest.state import held, run_digest

if TYPE_CHECKING:
    from pathlib import Path


def test_the_same_digest_resumes_another_starts_clean(tmp_path: Path) -> None:
    """What an equal run left is there; what another left is gone."""
    with held(tmp_path, "one") as state:
        (state / "database").write_text("progress")
    with held(tmp_path, "one") as state:
        assert (state / "database").read_text() == "progress"
    with held(tmp_path, "two") as state:
        assert [path.name for path in state.iterdir()] == ["run.json"]


def test_a_second_process_on_one_output_is_refused(tmp_path: Path) -> None:
    """Two writers would mix two runs; the lock ends with its holder."""
    with held(tmp_path, "one"):
        with (
            pytest.raises(ConflictError, match="another process is running in"),
            held(tmp_path, "one"),
        ):
            pass
        with held(tmp_path / "elsewhere", "one"):
            pass
    with held(tmp_path, "one"):
        pass


def test_a_folder_that_was_half_cleared_does_not_pass_for_the_run_it_was(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Killed while it clears for another run, the folder is cleared again, whoever asks next."""
    with held(tmp_path, "one") as state:
        (state / "database").write_text("progress")

    def killed(folder: Path) -> None:
        raise KeyboardInterrupt(folder.name)

    with monkeypatch.context() as patch:
        patch.setattr(module.shutil, "rmtree", killed)
        with pytest.raises(KeyboardInterrupt), held(tmp_path, "two"):
            pass
    with held(tmp_path, "one") as state:
        assert not (state / "database").exists()


def test_a_run_depends_on_configuration_data_contract_and_code(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A change in any of them is another run; the order of keys is none."""
    plain = {"a": 1, "b": {"c": 2, "d": 3}}
    digest = run_digest(plain, data="x", contract="y")
    assert run_digest({"b": {"d": 3, "c": 2}, "a": 1}, data="x", contract="y") == digest
    others = {
        run_digest({**plain, "a": 2}, data="x", contract="y"),
        run_digest(plain, data="z", contract="y"),
        run_digest(plain, data="x", contract="z"),
    }
    monkeypatch.setattr(module, "code_digest", lambda: "other")
    others.add(run_digest(plain, data="x", contract="y"))
    assert len(others - {digest}) == 4
