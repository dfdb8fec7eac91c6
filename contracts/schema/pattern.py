r"""The part of regular expressions that every engine behind a contract reads alike.

A frame's strings are matched by RE2 (through Arrow), a record's by Python's ``re``. They differ in
``\d \w \s \b`` (Unicode or ASCII), ``$`` before a last newline, look-arounds and flags; so a
contract's pattern spans the whole text, ``^…$``, or is looked for anywhere in it, and is made of
what is left.
"""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING

from contracts.errors import ContractError

if TYPE_CHECKING:
    from collections.abc import Iterator

ESCAPE = r"\\[.^$*+?()\[\]{}|\\/-]"
CLASS = rf"\[\^?(?:{ESCAPE}|[^\[\]\\^&~|-]|(?<=[A-Za-z0-9])-(?=[A-Za-z0-9]))+\]"
TOKEN = re.compile(
    rf"(?P<plain>{ESCAPE}|{CLASS}|[^\\^$*+?()\[\]{{}}|])|(?P<open>\((?:\?:|(?!\?)))|(?P<close>\))"
    r"|(?P<either>\|)|(?P<times>(?:[*+?]|\{\d{1,3}(?:,(?:\d{1,3})?)?\})\??(?![*+?{]))"
)


@cache
def portable(pattern: str) -> str:
    r"""Return a pattern's form for Python's ``re.search``, equal to RE2's reading of it.

    Raises:
        ContractError: The pattern has a part that engines read differently, or is none.

    >>> portable("^[A-Z]{2}$")
    '^[A-Z]{2}\\Z'
    """
    body = pattern[1:-1]
    if len(pattern) < 2 or pattern[0] != "^" or pattern[-1] != "$":
        raise _refusal(pattern, "it does not span the whole text")
    for depth, part in _parts(pattern, body):
        if depth == 0 and part == "|":
            raise _refusal(pattern, "'|' stands outside any group")
    return _compiled(pattern, rf"^{body}\Z")


@cache
def portable_part(pattern: str) -> str:
    """Return a pattern that is looked for within a text; it means the same to both engines as is.

    Raises:
        ContractError: As `portable`; besides, it is empty, spans the text, or has a group that
            captures, of which pandas warns.

    >>> portable_part("(?:kg|lb)s?")
    '(?:kg|lb)s?'
    """
    if not pattern:
        raise _refusal(pattern, "every text contains it")
    if any(part == "(" for _, part in _parts(pattern, pattern)):
        raise _refusal(pattern, "its group captures: write (?:…)")
    return _compiled(pattern, pattern)


def _parts(pattern: str, body: str) -> Iterator[tuple[int, str]]:
    """Yield each part of a pattern's body with the depth of groups it stands at."""
    at = depth = 0
    while at < len(body):
        token = TOKEN.match(body, at)
        if token is None:
            raise _refusal(pattern, f"engines differ over it from {body[at : at + 12]!r} on")
        depth += {"open": 1, "close": -1}.get(token.lastgroup or "", 0)
        if depth < 0:
            raise _refusal(pattern, f"{token.group()!r} stands outside any group")
        yield depth, token.group()
        at = token.end()


def _compiled(pattern: str, form: str) -> str:
    try:
        re.compile(form)
    except re.error as error:
        raise _refusal(pattern, str(error)) from error
    return form


def _refusal(pattern: str, reason: str) -> ContractError:
    return ContractError(
        f"the pattern {pattern!r} cannot stand in a contract: {reason}",
        hint="write ^…$ (str_contains: without them) with literals, classes such as [0-9], groups "
        "and counts; no \\d \\w \\s \\b, look-around or flags",
    )
