"""What is refused when a lifecycle is put together, before anything is trained."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from contracts.errors import ConfigError

if TYPE_CHECKING:
    from collections.abc import Callable

pytestmark = pytest.mark.usefixtures("toy")


@pytest.mark.parametrize(
    "words",
    [
        pytest.param(("gate.metric=mae",), id="gate.metric"),
        pytest.param(("trigger=decline", "trigger.metric=mae"), id="trigger.metric"),
    ],
)
def test_a_metric_that_the_contract_lacks_is_refused(
    operation: Callable[..., Any], words: tuple[str, ...]
) -> None:
    """By its key, with the contract's own metrics."""
    with pytest.raises(ConfigError, match=rf"{words[-1]}: the contract has no such") as caught:
        operation(*words).build()
    assert "log_loss, roc_auc, brier" in caught.value.hint


@pytest.mark.parametrize("word", ["gate.least=0", "gate.undecided=promot"])
def test_an_option_of_the_gate_that_has_no_such_value_is_refused(
    operation: Callable[..., Any], word: str
) -> None:
    """By its key, with what came."""
    key, _, value = word.partition("=")
    with pytest.raises(ConfigError, match=rf"{key.removeprefix('gate.')}: .*{value}"):
        operation(word).build()
