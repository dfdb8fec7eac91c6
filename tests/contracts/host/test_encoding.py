from __future__ import annotations

from io import BytesIO, StringIO, TextIOWrapper

import pytest

from contracts.host.encoding import substitute_unencodable


@pytest.mark.parametrize(
    ("encoding", "row"), [("ascii", "++ ? +-0.1 -> >=1"), ("cp1252", "++ ? ±0.1 -> >=1")]
)
def test_characters_that_an_encoding_lacks_are_substituted(encoding: str, row: str) -> None:
    """Piped on Windows, or in the C locale, substitutes are printed."""
    written = BytesIO()
    stream = TextIOWrapper(written, encoding)
    substitute_unencodable(stream)
    stream.write("┌┐ 木 ±0.1 → ≥1")
    stream.flush()
    assert written.getvalue().decode(encoding) == row


def test_a_stream_of_text_is_unchanged() -> None:
    """A stream that captures output as text has no encoding, so it lacks no character."""
    stream = StringIO()
    substitute_unencodable(stream)
    stream.write("→")
    assert stream.getvalue() == "→"
