from __future__ import annotations

import pytest

from contracts.config.compose import compose
from contracts.config.new_product import as_typed, quoted

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
