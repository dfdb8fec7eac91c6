"""Documents as JSON text: one encoding, so that equal documents are equal texts."""

from __future__ import annotations

from typing import Any

import msgspec


def encode(document: Any) -> str:
    """Return a document as JSON text, its keys sorted.

    >>> encode({"b": 1, "a": [True, None]})
    '{"a":[true,null],"b":1}'
    """
    return msgspec.json.encode(document, order="sorted").decode()


def decode(text: str) -> Any:
    """Return the document that a JSON text holds."""
    return msgspec.json.decode(text)
