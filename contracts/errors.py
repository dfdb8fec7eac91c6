"""All kinds of errors that this framework raises on purpose, as a tree.

```
LiaisonError
├── ConfigError            configuration is wrong: an unknown key, a missing value
│   └── LifecycleError     a combination of attributes cannot work
├── DataError              rows are missing, malformed or violate their schema
│   ├── LeakError          rows contain what was not known yet at their moment
│   └── SideError          one side of a proof failed, or returned invalid predictions
├── ContractError          a contract is absent, broken, or would be changed
├── StateError             records or artifacts are not as they were written
│   ├── UnknownNameError   there is nothing of the name that was given
│   ├── UnavailableError   the database cannot be used now
│   ├── ConflictError      someone else changed it first, or what stands does not allow it
│   │   └── LeaseError     the work is another process's now
│   ├── IncompatibleError  a generation is of another product or major contract
│   ├── OverdueError       a call did not end in time
│   └── IntegrityError     bytes differ from their digest
│       ├── SignatureError a demanded signature is missing or not valid
│       └── UnfinishedError loading did not end: the bytes may be whole
└── MissingExtraError      an optional dependency is not installed
```

A message says what was expected, what came, and the next step.
"""

from __future__ import annotations

from difflib import get_close_matches
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

DETAILS_SHOWN = 10
#: Up to how long a word, and among how many valid ones, a near match is sought.
LONGEST_WORD, MOST_WORDS = 100, 1000


class LiaisonError(Exception):
    """The root of every error this framework raises on purpose.

    Args:
        message: What was expected and what came, in one line.
        hint: The next step, in one line.
        details: Further lines; the text shows the first ten, the attribute has them all.
    """

    def __init__(self, message: str, *, hint: str = "", details: Iterable[str] = ()) -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint
        self.details = tuple(details)

    def __str__(self) -> str:
        return self._text(DETAILS_SHOWN)

    @property
    def full(self) -> str:
        """The text with all details."""
        return self._text(len(self.details))

    def _text(self, shown: int) -> str:
        lines = [self.message, *(f"  {line}" for line in self.details[:shown])]
        if len(self.details) > shown:
            lines.append(f"  … and {len(self.details) - shown} more (-v shows them)")
        hint = f"→ {self.hint}" if self.hint else ""
        if not self.details:
            return f"{self.message} {hint}".rstrip()
        return "\n".join([*lines, hint] if hint else lines)

    def __reduce__(self) -> tuple[object, ...]:
        """Return how another process restores it, whatever the arguments of its kind."""
        return _restored, (type(self), self.args, self.__dict__)


def _restored(
    kind: type[LiaisonError], args: tuple[str, ...], state: dict[str, object]
) -> LiaisonError:
    error = kind.__new__(kind, *args)
    error.__dict__.update(state)
    return error


class ConfigError(LiaisonError):
    """Configuration is wrong: an unknown key, a missing value, a wrong option."""


class LifecycleError(ConfigError):
    """A combination of attributes cannot work."""


class DataError(LiaisonError):
    """Rows are missing, malformed or violate their schema."""


class LeakError(DataError):
    """Rows contain what was not known yet at their moment."""


class SideError(DataError):
    """One side of a proof failed, or returned invalid predictions.

    Args:
        what: What it did; the message is "the candidate" or "the reference", and this.
        side: ``candidate`` or ``reference``.
        details: The rows, or the lines of its own code, that show it.
    """

    def __init__(self, what: str, *, side: str, details: Iterable[str] = ()) -> None:
        super().__init__(f"the {side} {what}", details=details)
        self.side = side


class ContractError(LiaisonError):
    """A contract is absent, broken, or would be changed."""


class StateError(LiaisonError):
    """Records or artifacts are not as they were written."""


class UnknownNameError(StateError):
    """There is nothing of the name that was given: no such generation, arm or token."""


class UnavailableError(StateError):
    """The database cannot be used now: it is away, full or damaged."""


class ConflictError(StateError):
    """Someone else changed it first, or what stands does not allow it: read it and decide again."""


class LeaseError(ConflictError):
    """The lease of the work ran out, or another process took it over: nothing was written."""


class IncompatibleError(StateError):
    """A generation is intact, but of another product or another major version of the contract."""


class OverdueError(StateError):
    """A call did not end in time, or earlier ones have not ended yet."""


class IntegrityError(StateError):
    """Bytes differ from their digest, or a file is unlisted, missing or linked."""


class SignatureError(IntegrityError):
    """A demanded signature is missing, by another key, or over other bytes."""


class UnfinishedError(IntegrityError):
    """Loading did not end: it may be the machine that was too busy, or had too little memory.

    What is loaded must not serve, and may be whole: it stays where it is.
    """


class MissingExtraError(LiaisonError):
    """An optional dependency is not installed."""

    def __init__(self, package: str, *, extra: str, purpose: str) -> None:
        super().__init__(
            f"{purpose} needs the package {package!r}, which is not installed",
            hint=f"pip install 'liaison-lifecycle[{extra}]'",
        )


#: The exit code of a command and the HTTP status of each kind. The first kind that matches counts.
KINDS: dict[type[LiaisonError], tuple[int, int]] = {
    LifecycleError: (2, 409),
    ConfigError: (2, 400),
    LeakError: (3, 422),
    DataError: (3, 422),
    ContractError: (4, 409),
    UnknownNameError: (5, 404),
    UnavailableError: (5, 503),
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
    words = [*valid]
    if len(word) > LONGEST_WORD or len(words) > MOST_WORDS:
        return ""  # comparing takes time in proportion to all of it
    matches = get_close_matches(word, words, n=1, cutoff=0.6)
    return f" (did you mean {matches[0]!r}?)" if matches else ""


def check_parameters(given: Iterable[str], valid: Iterable[str], *, of: str) -> None:
    """Refuse parameters that a learner does not have.

    Args:
        given: The names of the parameters that it is to learn by.
        valid: Those that it has.
        of: What messages call it.

    Raises:
        ConfigError: One is none of them.
    """
    names = [*valid]
    for name in given:
        if name not in names:
            raise ConfigError(
                f"{of} has no parameter {name!r}{did_you_mean(name, names)}",
                hint=f"valid are {names}",
            )
