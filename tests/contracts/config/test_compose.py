from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from contracts.config.compose import TREE, compose
from contracts.errors import ConfigError

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.parametrize(
    ("override", "expected"),
    [
        ("lifecyle=open", "lifecyle: no such key (did you mean 'lifecycle'?)"),
        ("lifecycle=opne", "lifecycle=opne: no such option (did you mean 'open'?)"),
        ("trigger.evry=3d", "trigger.evry: no such key (did you mean 'trigger.every'?)"),
        ("product.until=???", "no value for product.until"),
        ("nonsense", "sets nothing"),
    ],
)
def test_a_misspelt_word_is_refused_in_one_line_with_the_near_match(
    override: str, expected: str
) -> None:
    """The error for every kind of misspelling is one line that names the key."""
    with pytest.raises(ConfigError) as refusal:
        compose("production", [override])
    assert expected in str(refusal.value)
    assert "\n" not in str(refusal.value)


def test_a_misspelt_key_of_a_new_product_is_known() -> None:
    """Its keys are those of the task, and the product's name is none of a product."""
    with pytest.raises(ConfigError, match=r"targt: no such key \(did you mean 'target'\?\)"):
        compose("research", ["task=new", "product=churn", "data=events.csv", "targt=left"])


@pytest.mark.parametrize(
    ("entry", "override", "expected"),
    [
        ("research", "lifecycle=open", "research has no such key; it is one of production"),
        ("contracts", "trigger.every=3d", "run python -m production … trigger.every=…"),
    ],
)
def test_a_key_of_another_entry_point_is_said_to_be_its(
    entry: str, override: str, expected: str
) -> None:
    """A word that is spelt well is not suggested again; the command that takes it is."""
    with pytest.raises(ConfigError) as refusal:
        compose(entry, [override])
    assert expected in str(refusal.value)
    assert "did you mean" not in str(refusal.value)


def test_a_folder_named_conf_in_the_working_directory_is_ignored(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The tree is found by absolute path, whatever the working directory contains."""
    (tmp_path / "conf").mkdir()
    (tmp_path / "conf" / "production.yaml").write_text("task: stolen\n")
    monkeypatch.chdir(tmp_path)
    assert compose("production").task.name == "run"


def test_an_option_of_the_working_directory_is_asked_for_by_its_flag(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A product that `task=new` wrote beside a person is not denied: what reads it is said."""
    (tmp_path / "conf" / "product").mkdir(parents=True)
    (tmp_path / "conf" / "product" / "sales.yaml").write_text("name: sales\n")
    monkeypatch.chdir(tmp_path)
    with pytest.raises(ConfigError, match="--config-dir conf adds the options") as refusal:
        compose("production", ["product=sales"])
    assert "conf/product/sales.yaml is there" in refusal.value.message


def test_a_further_tree_adds_its_options(tmp_path: Path) -> None:
    """``--config-dir`` adds a product without copying the tree."""
    mine = tmp_path / "product"
    mine.mkdir()
    (mine / "mine.yaml").write_text((TREE / "product" / "flights.yaml").read_text())
    config = compose("production", ["product=mine", "product.name=mine"], config_dir=tmp_path)
    assert config.product.name == "mine"


def test_an_override_beats_the_preset() -> None:
    """``lifecycle=adaptive liaison=dual`` has adaptive's attributes and the dual liaison."""
    config = compose("production", ["lifecycle=adaptive", "liaison=dual"])
    assert (config.liaison.name, config.deployment.name) == ("dual", "dynamic")


def test_a_key_that_names_what_the_product_lacks_is_refused_in_one_line() -> None:
    """The error names the key, and which value it takes from where."""
    with pytest.raises(ConfigError, match=r"product\.baseline\.offset: .*day_offset") as raised:
        compose("production", ["~product.day_offset"])
    assert "\n" not in str(raised.value)
    assert raised.value.hint.endswith("or set product.baseline.offset=…")


@pytest.mark.parametrize("words", [["~product.implementation"], ["product.implementation=null"]])
def test_a_product_without_an_implementation_composes(words: list[str]) -> None:
    """The dual liaison then has no side: what needs one says so."""
    assert compose("production", words).liaison.side is None


def test_a_key_of_an_earlier_version_is_refused_with_its_new_name() -> None:
    """Who upgrades reads what to write instead."""
    with pytest.raises(ConfigError, match=r"training_window is now strategy\.window"):
        compose("production", ["training_window=60d"])


@pytest.mark.parametrize(
    ("entry", "word", "message"),
    [
        ("contracts", "lst", "'lst' sets nothing (did you mean task=list?)"),
        ("production", "lifecycl", "(did you mean lifecycle=…?)"),
        ("production", "publish", "'publish' sets nothing →"),
    ],
)
def test_a_word_without_equals_sign_gets_a_suggestion(entry: str, word: str, message: str) -> None:
    """The error for a task or group without ``=`` suggests the whole override."""
    with pytest.raises(ConfigError) as raised:
        compose(entry, [word])
    assert message in str(raised.value)


def test_only_tasks_of_this_entry_point_are_suggested() -> None:
    """The error for a misspelt task suggests none of another package."""
    with pytest.raises(ConfigError) as raised:
        compose("contracts", ["task=describ"])
    assert "describe" not in str(raised.value)
    assert "publish" in str(raised.value)
