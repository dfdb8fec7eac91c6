"""The kinds of errors, drawn once; every other module raises one of these.

```
LiaisonError
├── ConfigError          what was asked for cannot be composed
│   └── LifecycleError   a combination of attributes that cannot work
├── DataError            rows that are missing, malformed or out of their schema
│   ├── LeakError        rows that know more than their moment allows
│   └── SideError        a side of a proof that fails, or predicts what no model may
├── ContractError        a contract that is absent, broken, or would be changed
├── StateError           records or artifacts that are not as they were written
│   ├── ConflictError    someone else changed it first
│   ├── IncompatibleError a generation of another product, or of another major contract
│   └── IntegrityError   bytes differ from their digest
│       └── SignatureError not signed by whom a signature is demanded of
└── MissingExtraError    an optional dependency is not installed
```

A message says what was expected, what came, and the next step.
"""

from __future__ import annotations

from difflib import get_close_matches
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

DETAILS_SHOWN = 10


class LiaisonError(Exception):
    """The root of every error this framework raises on purpose.

    Args:
        message: What was expected and what came, in one line.
        hint: The next step, in one line.
        details: Further lines; the message shows the first ten, the exception keeps them all.
    """

    def __init__(self, message: str, *, hint: str = "", details: Iterable[str] = ()) -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint
        self.details = tuple(details)

    def __str__(self) -> str:
        lines = [self.message, *(f"  {line}" for line in self.details[:DETAILS_SHOWN])]
        if len(self.details) > DETAILS_SHOWN:
            lines.append(f"  … and {len(self.details) - DETAILS_SHOWN} more")
        hint = f"→ {self.hint}" if self.hint else ""
        if not self.details:
            return f"{self.message} {hint}".rstrip()
        return "\n".join([*lines, hint] if hint else lines)


class ConfigError(LiaisonError):
    """What was asked for cannot be composed: an unknown key, a missing value, a wrong option."""


class LifecycleError(ConfigError):
    """A combination of attributes that cannot work."""


class DataError(LiaisonError):
    """Rows that are missing, malformed or out of their schema."""


class LeakError(DataError):
    """Rows that know more than their moment allows."""


class SideError(DataError):
    """A side of a proof that fails, or predicts what no model may.

    Args:
        what: What it does, as the message goes on after the side.
        side: ``candidate`` or ``reference``.
        details: The rows or the lines of its own code that show it.
    """

    def __init__(self, what: str, *, side: str, details: Iterable[str] = ()) -> None:
        super().__init__(f"the {side} {what}", details=details)
        self.side = side


class ContractError(LiaisonError):
    """A contract that is absent, broken, or would be changed."""


class StateError(LiaisonError):
    """Records or artifacts that are not as they were written."""


class ConflictError(StateError):
    """Someone else changed it first: read again, decide again."""


class IncompatibleError(StateError):
    """A generation that is whole, and fulfils another product or another major contract."""


class IntegrityError(StateError):
    """Bytes differ from their digest, or a file is unlisted, missing or linked."""


class SignatureError(IntegrityError):
    """A signature is demanded, and there is none, or it is another's, or of other bytes."""


class MissingExtraError(LiaisonError):
    """An optional dependency is not installed."""

    def __init__(self, package: str, *, extra: str, purpose: str) -> None:
        super().__init__(
            f"{purpose} needs the package {package!r}, which is not installed",
            hint=f"pip install 'liaison-lifecycle[{extra}]'",
        )


#: kind: (exit code of a command, HTTP status). The first kind that matches, most special first.
KINDS: dict[type[LiaisonError], tuple[int, int]] = {
    LifecycleError: (2, 409),
    ConfigError: (2, 400),
    LeakError: (3, 422),
    DataError: (3, 422),
    ContractError: (4, 409),
    ConflictError: (5, 409),
    IncompatibleError: (5, 409),
    IntegrityError: (5, 500),
    StateError: (5, 500),
    MissingExtraError: (6, 501),
    LiaisonError: (1, 500),
}


def exit_code(error: LiaisonError) -> int:
    """Return the exit code a command ends with when ``error`` reaches its entry point.

    >>> exit_code(ConfigError("no such key"))
    2
    """
    return next(codes[0] for kind, codes in KINDS.items() if isinstance(error, kind))


def did_you_mean(word: str, valid: Iterable[str]) -> str:
    """Return `` (did you mean 'x'?)`` for the valid word nearest to ``word``, else nothing.

    >>> did_you_mean("lifecyle", ["lifecycle", "product"])
    " (did you mean 'lifecycle'?)"
    """
    matches = get_close_matches(word, list(valid), n=1, cutoff=0.6)
    return f" (did you mean {matches[0]!r}?)" if matches else ""
