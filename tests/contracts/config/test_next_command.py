"""Commands in messages: they are about what the failed command was about."""

from __future__ import annotations

import pytest

from contracts.config.next_command import completed


@pytest.mark.parametrize(
    ("text", "words", "expected"),
    [
        ("learn better", ["product=mine"], "learn better"),
        ("python -m research task=learn", [], "python -m research task=learn"),
        (
            "do: python -m research task=learn; then",
            ["task=run", "product=mine", "lifecycle=open", "paths.data=/a b", "paths.output=x"],
            "do: python -m research task=learn product=mine 'paths.data=/a b'; then",
        ),
        (
            "`python -m contracts task=ingest product=other`",
            ["product=mine", "product.until=x"],
            "`python -m contracts task=ingest product=other product.until=x`",
        ),
        (
            "python -m research task=a, python -m contracts task=b",
            ["--config-dir", "conf", "product=mine"],
            (
                "python -m research --config-dir conf task=a product=mine, "
                "python -m contracts --config-dir conf task=b product=mine"
            ),
        ),
        ("python -m contracts task=b", ["-cd=conf"], "python -m contracts -cd=conf task=b"),
    ],
)
def test_a_command_gets_the_product_and_folders(text: str, words: list[str], expected: str) -> None:
    """What a command states itself stays; what is the task's or the lifecycle's is left out."""
    assert completed(text, words) == expected
