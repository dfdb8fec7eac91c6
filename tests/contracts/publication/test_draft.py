from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec
import pytest

from contracts.contract.terms import ClauseTerm
from contracts.errors import ConfigError, ContractError

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from contracts.contract import Contract
    from contracts.contract.terms import Terms


def test_the_same_terms_make_the_same_contract(
    write: Callable[..., Contract], tmp_path: Path
) -> None:
    """Writing a draft again, elsewhere or over itself, gives the same digest."""
    first = write(tmp_path / "one").digest
    assert write(tmp_path / "one").digest == first
    assert write(tmp_path / "two").digest == first


def test_a_missed_threshold_is_refused(
    write: Callable[..., Contract], terms: Callable[..., Terms], tmp_path: Path
) -> None:
    """Research promises no more than it saw itself."""
    log_loss, auc = terms().metrics
    strict = msgspec.structs.replace(log_loss, threshold=0.5)
    with pytest.raises(ContractError, match=r"log_loss: observed 0\.7000, threshold 0\.5"):
        write(tmp_path / "draft", metrics=(strict, auc))
    assert not (tmp_path / "draft").exists()


def test_a_direction_that_is_not_the_metrics_own_is_refused(
    write: Callable[..., Contract], terms: Callable[..., Terms], tmp_path: Path
) -> None:
    """A metric taken the wrong way round would hold for every bad model."""
    wrong = msgspec.structs.replace(terms().metrics[0], direction="higher")
    with pytest.raises(ContractError, match="says higher is better, the metric lower"):
        write(tmp_path, metrics=(wrong,))


def test_a_metric_of_another_kind_is_refused(
    write: Callable[..., Contract], terms: Callable[..., Terms], tmp_path: Path
) -> None:
    """A regression is not scored by log-loss."""
    with pytest.raises(ConfigError, match="log_loss"):
        write(tmp_path, "regression", metrics=terms("binary").metrics[:1])


def test_a_clause_that_cannot_be_kept_is_refused(
    write: Callable[..., Contract], terms: Callable[..., Terms], tmp_path: Path
) -> None:
    """A tolerance that its clause does not take never reaches a reader."""
    wrong = msgspec.structs.replace(terms().clauses[1], tolerance={"absolut": 1.0})
    with pytest.raises(ContractError, match="clause golden: tolerance"):
        write(tmp_path, clauses=(wrong,))


def test_parts_that_no_row_could_have_are_refused(
    write: Callable[..., Contract], terms: Callable[..., Terms], tmp_path: Path
) -> None:
    """A segment of a column that the schema lacks, or windows beyond the span, are found here."""
    given = terms().clauses
    for name, tolerance, said in (
        ("subgroup", {"segments": ["color"], "margin": 0.1}, "did you mean 'colour'"),
        ("fit", {"margin": 0.1, "windows": 90}, "take fewer windows"),
    ):
        clause = ClauseTerm(name=name, pair="same_data", tolerance=tolerance)
        with pytest.raises(ContractError) as raised:
            write(tmp_path / name, clauses=(*given, clause))
        assert said in str(raised.value)
