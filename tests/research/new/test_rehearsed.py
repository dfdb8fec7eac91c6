"""The product that a file states, before the file is written."""

from __future__ import annotations

import shutil
from importlib import import_module
from typing import TYPE_CHECKING

from contracts.config.compose import TREE
from research.new.rehearsed import composed

if TYPE_CHECKING:
    from pathlib import Path

    import pytest


def test_it_is_what_the_file_says(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What an experiment left changed is no part of it."""
    text = (TREE / "product" / "outdoor.yaml").read_text("utf-8")
    expected = composed(text, tmp_path / "before")
    tree = shutil.copytree(TREE, tmp_path / "conf")
    changed = "# @package _global_\nproduct: {learning: {trials: 99}}\n"
    (tree / "variant" / "current.yaml").write_text(changed)
    monkeypatch.setattr(import_module("contracts.config.compose"), "TREE", tree)
    assert composed(text, tmp_path / "after") == expected
