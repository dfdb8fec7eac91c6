"""What kind of outcome a column holds, and the rule that decided."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from contracts.errors import ConfigError, DataError
from contracts.kind import Kind, Label

if TYPE_CHECKING:
    from contracts.ports import Floats

#: Texts that say no, whatever the other one is.
NEGATIVE = frozenset(
    {"0", "-", "n", "no", "nein", "non", "nie", "never", "none", "false", "f", "off", "ok", "good"}
    | {"ham", "neg", "negative", "stay", "stayed", "active"}
)
#: How many classes texts may be taken for, and how many rows each needs on average.
MOST_CLASSES, ROWS_EACH = 50, 10
#: A text that is a number as people write it: with a decimal comma, thousands apart, or a unit.
NUMBER = r"^[-+€$£ ]*\d[\d.,' ]*[^\d\w]?\D{0,3}$"


class TargetOutcome(msgspec.Struct, frozen=True, kw_only=True):
    """What is predicted.

    Attributes:
        kind: One probability, one per label, or one number.
        labels: binary: the negative and the positive one; multiclass: all that were seen.
        rule: What decided, in a sentence.
    """

    kind: Kind
    labels: tuple[Label, ...]
    rule: str


def decide(
    values: pa.ChunkedArray, name: str, *, kind: str | None = None, positive: str | None = None
) -> TargetOutcome:
    """Return what kind of outcome a column holds.

    Args:
        values: The column.
        name: What it is called, for messages.
        kind: What a person says it is.
        positive: Which of two labels a person says is predicted.

    Raises:
        ConfigError: The column cannot be what the person says.
        DataError: It is null everywhere, has one value alone, or none that can be predicted.
    """
    settled = values.drop_null()
    distinct = sorted(settled.unique().to_pylist(), key=lambda each: (str(type(each)), each))
    _check(settled, distinct, name)
    inferred, rule = _rule(settled, distinct, name, asked=kind)
    if kind is not None and kind != inferred:
        rule = f"kind={kind} says so; inferred was {inferred}: {rule}"
    kind = kind or inferred
    if kind == "regression":
        _check_numbers(settled, name)
        return TargetOutcome(kind="regression", labels=(), rule=rule)
    labels = _labels(distinct, name, kind)
    if kind == "binary":
        labels = _ordered(labels, settled, name, positive)
        return TargetOutcome(
            kind="binary", labels=labels, rule=f"{rule}; {labels[1]!r} is predicted"
        )
    return TargetOutcome(kind="multiclass", labels=labels, rule=rule)


def as_numbers(values: pa.ChunkedArray, outcome: TargetOutcome) -> Floats:
    """Return outcomes, none null, as columns of numbers (n, k): one per label, or the value."""
    if outcome.kind == "regression":
        return np.asarray(values.cast(pa.float64()), np.float64)[:, None]
    texts = np.array([str(_plain(each)) for each in values.to_pylist()])
    return np.stack([texts == str(each) for each in outcome.labels], axis=1).astype(np.float64)


def _check(settled: pa.ChunkedArray, distinct: list[object], name: str) -> None:
    if not len(settled):
        raise DataError(
            f"target {name!r}: null in every row", hint="name the column that holds the truth"
        )
    if len(distinct) == 1:
        raise DataError(
            f"target {name!r}: every outcome is {distinct[0]!r}, so there is nothing to predict",
            hint="give data that hold the other outcomes too",
        )
    kind = settled.type
    readable = pa.types.is_boolean(kind) or pa.types.is_integer(kind) or pa.types.is_string(kind)
    if not readable and not pa.types.is_floating(kind):
        raise DataError(
            f"target {name!r}: expected numbers, texts or true and false, got {kind}",
            hint="derive one of these in a view or a query",
        )
    if pa.types.is_floating(kind) and not pc.all(pc.is_finite(settled)).as_py():
        raise DataError(f"target {name!r}: infinite values", hint="make them null, or finite")


def _rule(
    settled: pa.ChunkedArray, distinct: list[object], name: str, *, asked: str | None
) -> tuple[Kind, str]:
    kind, count = settled.type, len(distinct)
    if pa.types.is_boolean(kind):
        return "binary", "it is true or false"
    if pa.types.is_floating(kind):
        if {*distinct} == {0.0, 1.0}:
            return "binary", "its only numbers are 0 and 1"
        return "regression", "numbers with a point are amounts, ratings from 1.0 to 5.0 too"
    if count == 2:
        return "binary", "it has two values"
    if pa.types.is_integer(kind):
        return "regression", f"{count:,} whole numbers are amounts; say kind=multiclass of codes"
    if asked is None and (count > MOST_CLASSES or len(settled) < count * ROWS_EACH):
        if pc.all(pc.match_substring_regex(settled, NUMBER)).as_py():
            raise DataError(
                f"target {name!r}: texts such as {settled[0].as_py()!r} are numbers that are "
                "written with other signs than a decimal point",
                hint="write them with a point and without a unit in a view, a query or a copy of "
                "the data",
            )
        raise DataError(
            f"target {name!r}: {count:,} different texts in {len(settled):,} rows are too many for "
            "classes",
            hint="predict something coarser, or say kind=multiclass",
        )
    return "multiclass", f"it has {count} different texts"


def _check_numbers(settled: pa.ChunkedArray, name: str) -> None:
    if not pa.types.is_integer(settled.type) and not pa.types.is_floating(settled.type):
        raise ConfigError(
            f"kind=regression: target {name!r} holds {settled.type}, expected numbers",
            hint="leave kind out, or name another target",
        )


def _labels(distinct: list[object], name: str, kind: str) -> tuple[Label, ...]:
    labels = [_plain(each) for each in distinct]
    if any(isinstance(each, float) for each in labels):
        raise ConfigError(
            f"kind={kind}: target {name!r} has numbers such as {distinct[0]!r}, no classes",
            hint="kind=regression, or derive whole numbers or texts",
        )
    if kind == "binary" and len(labels) != 2:
        raise ConfigError(
            f"kind=binary: target {name!r} has {len(labels)} values, expected two",
            hint="kind=multiclass or kind=regression",
        )
    return tuple(labels)  # type: ignore[arg-type]


def _plain(value: object) -> object:
    """Return a value with whole numbers as such, whatever a file stores them as."""
    return int(value) if isinstance(value, float) and value.is_integer() else value


def _ordered(
    labels: tuple[Label, ...], settled: pa.ChunkedArray, name: str, positive: str | None
) -> tuple[Label, ...]:
    """Return the negative label, then the positive one: said, or known, or the rarer one."""
    if positive is not None:
        if positive not in map(str, labels):
            raise ConfigError(
                f"positive={positive}: target {name!r} has no such value",
                hint=f"one of {', '.join(map(str, labels))}",
            )
        return tuple(sorted(labels, key=lambda each: str(each) == positive))
    if not isinstance(labels[0], str):
        return tuple(sorted(labels))
    negative = [each for each in labels if str(each).strip().lower() in NEGATIVE]
    if len(negative) == 1:
        return tuple(sorted(labels, key=lambda each: each not in negative))
    counts = {each["values"]: each["counts"] for each in settled.value_counts().to_pylist()}
    return tuple(sorted(labels, key=lambda each: (-counts[each], str(each))))
