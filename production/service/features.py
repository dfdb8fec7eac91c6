"""What the event log keeps of a record: its JSON, where to look it up, or nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec

from contracts.errors import ConfigError, did_you_mean

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from contracts.contract import Contract
    from production.settings import ServingSettings


def logged_features(contract: Contract, settings: ServingSettings) -> Callable[[bytes], str | None]:
    """Return what makes the logged features of a record's JSON.

    Raises:
        ConfigError: A column to redact is not one of the contract.
    """
    for name in settings.redact:
        if name not in contract.inputs:
            raise ConfigError(
                f"serving.redact: {name!r} is no column of {contract.product}"
                f"{did_you_mean(name, contract.inputs)}",
                hint=f"columns: {', '.join(contract.inputs)}",
            )
    if settings.features == "value":
        return _without(settings.redact) if settings.redact else bytes.decode
    reference = f"source:{contract.product}" if settings.features == "reference" else None
    return lambda _: reference


def _without(columns: Sequence[str]) -> Callable[[bytes], str]:
    def redacted(text: bytes) -> str:
        record: dict[str, Any] = msgspec.json.decode(text)
        for name in columns:
            del record[name]
        return msgspec.json.encode(record).decode()

    return redacted
