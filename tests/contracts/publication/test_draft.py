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
    """Writing a draft again, elsewhere or over the first, gives the same digest."""
    first = write(tmp_path / "one").digest
    assert write(tmp_path / "one").digest == first
    assert write(tmp_path / "two").digest == first


def test_a_missed_threshold_is_refused(
    write: Callable[..., Contract], terms: Callable[..., Terms], tmp_path: Path
) -> None:
    """Research cannot promise more than it observed."""
    log_loss, auc = terms().metrics
    strict = msgspec.structs.replace(log_loss, threshold=0.5)
    with pytest.raises(ContractError, match=r"log_loss: observed 0\.7000, threshold 0\.5"):
        write(tmp_path / "draft", metrics=(strict, auc))
    assert not (tmp_path / "draft").exists()


def test_a_wrong_direction_is_refused(
    write: Callable[..., Contract], terms: Callable[..., Terms], tmp_path: Path
) -> None:
    """In the wrong direction every bad model would meet the threshold."""
    wrong = msgspec.structs.replace(terms().metrics[0], direction="higher")
    with pytest.raises(ContractError, match="says higher is better, the metric lower"):
        write(tmp_path, metrics=(wrong,))


def test_a_metric_of_another_kind_is_refused(
    write: Callable[..., Contract], terms: Callable[..., Terms], tmp_path: Path
) -> None:
    """Log-loss does not score a regression."""
    with pytest.raises(ConfigError, match="log_loss"):
        write(tmp_path, "regression", metrics=terms("binary").metrics[:1])


def test_a_malformed_tolerance_is_refused(
    write: Callable[..., Contract], terms: Callable[..., Terms], tmp_path: Path
) -> None:
    """A field that the clause does not have is refused when the draft is written."""
    wrong = msgspec.structs.replace(terms().clauses[1], tolerance={"absolut": 1.0})
    with pytest.raises(ContractError, match="clause golden: tolerance"):
        write(tmp_path, clauses=(wrong,))


def test_impossible_segments_and_windows_are_refused(
    write: Callable[..., Contract], terms: Callable[..., Terms], tmp_path: Path
) -> None:
    """A segment by a missing column, or more windows than the span holds, is an error."""
    given = terms().clauses
    for name, tolerance, message in (
        ("subgroup", {"segments": ["color"], "margin": 0.1}, "did you mean 'colour'"),
        ("fit", {"margin": 0.1, "windows": 90}, "take fewer windows"),
    ):
        clause = ClauseTerm(name=name, pair="same_data", tolerance=tolerance)
        with pytest.raises(ContractError) as raised:
            write(tmp_path / name, clauses=(*given, clause))
        assert message in str(raised.value)
