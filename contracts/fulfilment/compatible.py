"""Whether what fulfils one version of a contract may stand where another is asked for.

A consumer that was promised a version is kept by every later one of the same major version: that is
what the major version is for. An earlier one may serve too, as a rollback, and promises less.
"""

from __future__ import annotations

from typing import Literal

from contracts.version import Version

Fit = Literal["equal", "newer", "older", "other"]


def fit(found: str, asked: str) -> Fit:
    """Return how a version that is fulfilled relates to the version that is asked for.

    Args:
        found: The version that is fulfilled.
        asked: The version that is asked for.

    Returns:
        ``other`` where the major versions differ; else whether ``found`` is equal to, newer or
        older than ``asked``.

    Raises:
        ContractError: A text is no version.

    >>> fit("1.2.0", "1.1.0"), fit("1.0.0", "1.1.0"), fit("2.0.0", "1.1.0")
    ('newer', 'older', 'other')
    """
    one, other = Version.parse(found), Version.parse(asked)
    if one.major != other.major:
        return "other"
    if one == other:
        return "equal"
    return "newer" if one > other else "older"
