"""Passwords in URLs, which must not reach a report, a message or a log."""

from __future__ import annotations

import re

#: The password in a URL, between ``://user:`` and the last ``@`` of its authority.
PASSWORD = re.compile(r"(://[^/@:\s]*:)[^/\s]+@")


def without_password(text: str) -> str:
    """Return a text with the password of each URL in it replaced by asterisks.

    >>> without_password("postgresql://ada:secret@db/live")
    'postgresql://ada:***@db/live'
    """
    return PASSWORD.sub(r"\1***@", text)
