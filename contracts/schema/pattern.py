r"""The part of regular expressions that every engine behind a contract reads alike.

A frame's strings are matched by RE2 (through Arrow), a record's by Python's ``re``. They differ in
``\d \w \s \b`` (Unicode or ASCII), ``$`` before a last newline, look-arounds and flags; so a
contract's pattern spans the whole text, ``^…$``, or is searched for anywhere in it, and is made of
the rest.

``re`` backtracks, RE2 does not: a pattern that can match a text in many ways is left to RE2 on
both sides, so that matching takes time in proportion to the text's length.
"""

from __future__ import annotations

import re
from functools import cache
from math import prod
from typing import TYPE_CHECKING

from contracts.errors import ContractError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

ESCAPE = r"\\[.^$*+?()\[\]{}|\\/-]"
CLASS = rf"\[\^?(?:{ESCAPE}|[^\[\]\\^&~|-]|(?<=[A-Za-z0-9])-(?=[A-Za-z0-9]))+\]"
TOKEN = re.compile(
    rf"(?P<plain>{ESCAPE}|{CLASS}|[^\\^$*+?()\[\]{{}}|])|(?P<open>\((?:\?:|(?!\?)))|(?P<close>\))"
    r"|(?P<either>\|)|(?P<times>(?:[*+?]|\{[0-9]{1,3}(?:,(?:[0-9]{1,3})?)?\})\??(?![*+?{]))"
)
#: The most characters of a pattern, and how many of a longer one an error shows.
LONGEST, SHOWN = 1000, 40
#: The length of a long text, where the ways to match it are counted.
LONG = 100
#: Parts that ECMA-262, with its flag ``u``, reads differently or not at all, as it would read them.
ECMA = {".": r"[^\n]", r"\-": "-"}
TIMES = {"*": (0, LONG), "+": (1, LONG), "?": (0, 1)}


@cache
def portable(pattern: str) -> str:
    r"""Return a pattern's form for Python's ``re.search``, equal to RE2's reading of it.

    Raises:
        ContractError: The pattern has a part that engines read differently, or is malformed.

    >>> portable("^[A-Z]{2}$")
    '^[A-Z]{2}\\Z'
    """
    body = pattern[1:-1]
    if len(pattern) < 2 or pattern[0] != "^" or pattern[-1] != "$":
        raise _refusal(pattern, "it does not span the whole text")
    for depth, kind, _ in _parts(pattern, body):
        if depth == 0 and kind == "either":
            raise _refusal(pattern, "'|' stands outside any group")
    return _compiled(pattern, rf"^{body}\Z")


@cache
def portable_part(pattern: str) -> str:
    """Return a pattern to search for within a text; both engines read it alike as it is.

    Raises:
        ContractError: As `portable`; besides, it is empty, spans the text, or has a group that
            captures, of which pandas warns.

    >>> portable_part("(?:kg|lb)s?")
    '(?:kg|lb)s?'
    """
    if not pattern:
        raise _refusal(pattern, "every text contains it")
    if any(part == "(" for _, _, part in _parts(pattern, pattern)):
        raise _refusal(pattern, "its group captures: write (?:…)")
    return _compiled(pattern, pattern)


def ecma(pattern: str) -> str:
    r"""Return a pattern that ECMA-262 reads alike: its own ``.`` stops at more than a newline.

    >>> ecma(r"^.\-[.]$")
    '^[^\\n]-[.]$'
    """
    whole = _whole(pattern)
    body = pattern[1:-1] if whole else pattern
    spelled = "".join(ECMA.get(part, part) for _, _, part in _parts(pattern, body))
    return f"^{spelled}$" if whole else spelled


def matches(pattern: str, text: str) -> bool:
    """Return whether a text matches a pattern ``^…$``, or contains any other.

    Raises:
        ContractError: As `portable` and `portable_part`.
    """
    if not quick(pattern):
        return _linear(pattern)(text)
    form = portable(pattern) if _whole(pattern) else portable_part(pattern)
    return re.search(form, text) is not None


@cache
def quick(pattern: str) -> bool:
    """Return whether ``re`` can match a long text in fewer ways than its length squared.

    Ways are counted as if each choice were open until the end: rather too many than too few.

    >>> quick("^N[0-9A-Z]{1,5}$"), quick("^(?:a+)+$")
    (True, False)
    """
    whole = _whole(pattern)
    ways = _ways(_parts(pattern, pattern[1:-1] if whole else pattern))
    return ways * (1 if whole else LONG) < LONG**2


def _ways(parts: Iterable[tuple[int, str, str]]) -> int:
    """Return in how many ways a pattern's parts can match a long text, LONG**2 at most each."""
    groups: list[list[list[int]]] = [[[1]]]  # open groups: their alternatives: ways of each part
    for _, kind, part in parts:
        if kind == "open":
            groups.append([[1]])
        elif kind == "either":
            groups[-1].append([1])
        elif kind == "times":
            low, high = _times(part)
            once = groups[-1][-1].pop()
            groups[-1][-1].append(min((high - low + 1) * once**high, LONG**2))
        else:
            inside = sum(map(prod, groups.pop())) if kind == "close" else 1
            groups[-1][-1].append(min(inside, LONG**2))
    return sum(map(prod, groups[0]))


def _times(part: str) -> tuple[int, int]:
    if part[0] in TIMES:
        return TIMES[part[0]]
    low, comma, high = part.strip("{}?").partition(",")
    return int(low), int(high or low) if high or not comma else int(low) + LONG


def _whole(pattern: str) -> bool:
    return pattern.startswith("^")


@cache
def _linear(pattern: str) -> Callable[[str], bool]:
    """Return RE2's search for a pattern in a text, which is how a frame's strings are matched."""
    import pyarrow as pa  # noqa: PLC0415 - heavy, and few contracts have a pattern
    import pyarrow.compute as pc  # noqa: PLC0415 - as above

    options = pc.MatchSubstringOptions(pattern)
    match = pc.get_function("match_substring_regex")
    return lambda text: bool(match.call([pa.scalar(text, pa.string())], options).as_py())


def _parts(pattern: str, body: str) -> Iterator[tuple[int, str, str]]:
    """Yield each part of a pattern's body as (how many groups it stands in, its kind, its text)."""
    if len(pattern) > LONGEST:
        raise _refusal(f"{pattern[:SHOWN]}…", f"it has more than {LONGEST:,} characters")
    at = depth = 0
    while at < len(body):
        token = TOKEN.match(body, at)
        if token is None:
            raise _refusal(pattern, f"engines differ over it from {body[at : at + 12]!r} on")
        kind = token.lastgroup or ""
        depth += {"open": 1, "close": -1}.get(kind, 0)
        if depth < 0:
            raise _refusal(pattern, f"{token.group()!r} stands outside any group")
        yield depth, kind, token.group()
        at = token.end()


def _compiled(pattern: str, form: str) -> str:
    try:
        re.compile(form)
        _linear(pattern)("")
    except (re.error, RecursionError, ValueError) as error:  # the last is Arrow's, of RE2
        raise _refusal(pattern, str(error)) from error
    return form


def _refusal(pattern: str, reason: str) -> ContractError:
    return ContractError(
        f"the pattern {pattern!r} cannot stand in a contract: {reason}",
        hint="write ^…$ (str_contains: without them) with literals, classes such as [0-9], groups "
        "and counts; no \\d \\w \\s \\b, look-around or flags",
    )
