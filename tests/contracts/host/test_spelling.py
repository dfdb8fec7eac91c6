from __future__ import annotations

from io import BytesIO, StringIO, TextIOWrapper

import pytest

from contracts.host.spelling import lenient


@pytest.mark.parametrize(
    ("encoding", "row"), [("ascii", "++ ? +-0.1 -> >=1"), ("cp1252", "++ ? ±0.1 -> >=1")]
)
def test_what_an_encoding_lacks_is_spelt(encoding: str, row: str) -> None:
    """Piped on Windows, or in the C locale, signs are written by what stands for them."""
    written = BytesIO()
    stream = TextIOWrapper(written, encoding)
    lenient(stream)
    stream.write("┌┐ 木 ±0.1 → ≥1")
    stream.flush()
    assert written.getvalue().decode(encoding) == row


def test_a_stream_of_text_is_let_be() -> None:
    """What captures output as text has no encoding, and lacks nothing."""
    stream = StringIO()
    lenient(stream)
    stream.write("→")
    assert stream.getvalue() == "→"
