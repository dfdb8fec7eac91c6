"""Control characters in text for a terminal or a log, shown instead of obeyed."""

from __future__ import annotations

#: What a text of several lines is made of.
KEPT = "\n\t"
#: ASCII's and Unicode's controls, which start a terminal's commands; ends of lines and paragraphs.
CONTROLS = [*range(0x20), *range(0x7F, 0xA0), 0x2028, 0x2029]
#: What changes the order in which a line's letters are shown (https://www.unicode.org/reports/tr9).
BIDIRECTIONAL = [0x061C, 0x200E, 0x200F, *range(0x202A, 0x202F), *range(0x2066, 0x206A)]
_ESCAPES = {
    code: f"\\x{code:02x}" if code < 0x100 else f"\\u{code:04x}"
    for code in (*CONTROLS, *BIDIRECTIONAL)
    if chr(code) not in KEPT
}


def printable(text: str) -> str:
    r"""Return text with its control characters escaped, except ends of lines and tabs.

    >>> printable("\x1b[2Jcolour\r\u202e"), printable("one\n\ttwo")
    ('\\x1b[2Jcolour\\x0d\\u202e', 'one\n\ttwo')
    """
    return text.translate(_ESCAPES)
