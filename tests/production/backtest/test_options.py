"""The options of the tasks `run` and `compare`, read before anything is run."""

from __future__ import annotations

import pytest

from contracts.config.entry import main


@pytest.mark.parametrize("task", ["run", "compare"])
def test_an_option_of_another_type_is_named(task: str, capsys: pytest.CaptureFixture[str]) -> None:
    """The key, what was expected and what came."""
    words = [f"task={task}", "task.options.bootstrap.repeats=many"]
    assert main("production", usage="", arguments=words) == 2
    message = "task.options.bootstrap.repeats: Expected `int`, got `str`: 'many'"
    assert message in capsys.readouterr().err


def test_a_comparison_with_a_lifecycle_the_product_cannot_have_is_refused(
    capsys: pytest.CaptureFixture[str],
) -> None:
    """The hint names the lifecycles that it can be compared with."""
    words = ["task=compare", "~product.implementation", "task.options.against=dual"]
    assert main("production", usage="", arguments=words) == 2
    assert "task.options.against=open" in capsys.readouterr().err
