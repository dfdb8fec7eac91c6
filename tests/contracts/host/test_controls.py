"""Control characters, which a terminal would obey."""

from __future__ import annotations

import unicodedata

import pytest

from contracts.host.controls import printable


@pytest.mark.parametrize("code", [0, 7, 8, 13, 27, 127, 0x9B, 0x202E, 0x2066, 0x200F, 0x2028])
def test_a_control_is_shown_as_its_code(code: int) -> None:
    """Its place in the text stays visible."""
    digits = f"\\x{code:02x}" if code < 0x100 else f"\\u{code:04x}"
    assert printable(f"a{chr(code)}b") == f"a{digits}b"


def test_no_control_is_left() -> None:
    """Of all characters, whatever their plane; only the ends of lines and tabs stay."""
    everything = "".join(map(chr, range(0x110000)))
    left = {each for each in printable(everything) if unicodedata.category(each) in {"Cc", "Zl"}}
    assert left == {"\n", "\t"}
    orders = {"LRE", "RLE", "LRO", "RLO", "PDF", "LRI", "RLI", "FSI", "PDI"}
    assert not orders & {unicodedata.bidirectional(each) for each in printable(everything)}


def test_letters_of_every_script_stay() -> None:
    """With the joiners that some scripts and emoji need."""
    text = "é ß 日本 עברית नमस्\u200dते 👩\u200d🔬 → …"
    assert printable(text) == text
