from __future__ import annotations

import shutil
from importlib import import_module
from typing import TYPE_CHECKING

import pytest

from contracts.config.compose import TREE, compose
from contracts.config.new_product import as_typed, quoted

if TYPE_CHECKING:
    from pathlib import Path

TEXTS = [
    "target=Größe (cm)",
    "target=it's",
    "target=a\\",
    "target=a\\'b",
    "query=select 'a', \"b\" from x where y = 1",
    "data=postgresql://ada@db/live?sslmode=require",
    "drop=a,b",
    "target=class",
]


@pytest.mark.parametrize("word", TEXTS)
def test_texts_as_they_stand(word: str) -> None:
    """Any name, path or query reaches the configuration as it was typed, and back."""
    key, _, value = word.partition("=")
    words = quoted(["task=new", "product=churn", word])
    composed = compose("research", words)
    assert composed[key] == value
    assert composed.product.name == "churn"
    assert as_typed(words) == ("task=new", "product=churn", word)


def test_other_tasks() -> None:
    """Words of other tasks are not touched."""
    assert quoted(["task=learn", "product=x"]) == ("task=learn", "product=x")


@pytest.mark.parametrize("entry", ["research", "production", "contracts"])
def test_what_an_experiment_changed_is_not_of_a_new_product(
    entry: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It composes beside what `dvc exp run -S` left, and other entry points say whose it is."""
    tree = shutil.copytree(TREE, tmp_path / "conf")
    text = "# @package _global_\nproduct: {learning: {trials: 2}}\n"
    (tree / "variant" / "current.yaml").write_text(text)
    monkeypatch.setattr(import_module("contracts.config.compose"), "TREE", tree)
    composed = compose(entry, ["task=new", "product=churn"])
    assert composed.product == {"name": "churn"}
    assert composed.task.package == "research"
