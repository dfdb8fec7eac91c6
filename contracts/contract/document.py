"""`contract.yaml` as text: readable to a person, refused when it says what no term means."""

from __future__ import annotations

import re
from datetime import datetime
from typing import Any

import msgspec
import yaml

from contracts.contract.digest import TERMS
from contracts.contract.terms import FORMAT, ClauseTerm, Learning, MetricTerm, Terms
from contracts.errors import ConfigError, ContractError, did_you_mean
from contracts.moment import instant, iso

INSTANTS = ("start", "end", "known_by", "test_start", "test_end")
UNKNOWN = re.compile(r"unknown field `([^`]+)`")
WIDTH = 100


def write(terms: Terms, *, header: str = "") -> str:
    """Return measured terms as YAML, the lines of ``header`` as comments on top.

    Raises:
        ContractError: A metric was not observed yet, or a parameter has no value yet.
    """
    plain = msgspec.json.decode(msgspec.json.encode(terms))
    plain = {name: plain[name] for name in Terms.__struct_fields__}  # a contract has more
    if not terms.learning.tuned:
        del plain["learning"]["tuned"]
    _refuse_unmeasured(plain, TERMS)
    plain["learning"] |= {name: iso(plain["learning"][name]) for name in INSTANTS}
    comments = "".join(f"# {line}".rstrip() + "\n" for line in header.splitlines())
    return comments + yaml.safe_dump(plain, sort_keys=False, allow_unicode=True, width=WIDTH)


def read(text: str, *, name: str = TERMS) -> Terms:
    """Return the terms that a YAML text states.

    Args:
        text: The document.
        name: What an error calls it.

    Raises:
        ContractError: The text is no YAML, of a newer format, or says what no term means.
    """
    try:
        plain = yaml.safe_load(text)
    except yaml.YAMLError as error:
        raise ContractError(f"{name}: {' '.join(str(error).split())}") from error
    if not isinstance(plain, dict):
        raise ContractError(f"{name}: expected a mapping of terms, got {type(plain).__name__}")
    refuse_newer(plain.get("format"), name)
    _refuse_unmeasured(plain, name)
    try:
        return msgspec.convert(_with_instants(plain, name), Terms)
    except msgspec.ValidationError as error:
        raise ContractError(f"{name}: {error}", hint=_hint(str(error))) from error


def refuse_newer(found: Any, name: str) -> None:
    """Refuse a stored shape that is younger than this code.

    Raises:
        ContractError: ``found`` is no format number up to the newest this code reads.
    """
    if not isinstance(found, int) or isinstance(found, bool) or found < 1:
        raise ContractError(f"{name}: expected a format number, got {found!r}", hint="format: 1")
    if found > FORMAT:
        raise ContractError(
            f"{name}: has format {found}, this version of the framework reads up to {FORMAT}",
            hint="pip install --upgrade liaison-lifecycle",
        )


def _refuse_unmeasured(plain: dict[str, Any], name: str) -> None:
    """Refuse what only a specification may leave open: a contract states every value."""
    metrics, learning = plain.get("metrics"), plain.get("learning")
    for at, term in enumerate(metrics if isinstance(metrics, list) else ()):
        for field in ("skill", "observed"):
            if isinstance(term, dict) and term.get(field) is None:
                raise ContractError(f"{name}: expected a value for `{field}` of metrics[{at}]")
    if isinstance(learning, dict) and "tuned" in learning:
        raise ContractError(f"{name}: learning.tuned stands in no contract: state the values")


def _with_instants(plain: dict[str, Any], where: str) -> dict[str, Any]:
    """Return the document with its instants as numbers; unquoted ones YAML has parsed already."""
    learning = plain.get("learning")
    if not isinstance(learning, dict):
        return plain
    numbers = {
        name: _instant(value, f"{where}: learning.{name}")
        for name, value in learning.items()
        if name in INSTANTS
    }
    return plain | {"learning": learning | numbers}


def _instant(value: Any, where: str) -> int:
    try:
        return instant(value.isoformat() if isinstance(value, datetime) else str(value))
    except ConfigError as error:
        raise ContractError(f"{where}: {error.message}", hint=error.hint) from error


def _hint(text: str) -> str:
    unknown = UNKNOWN.search(text)
    if unknown is None:
        return ""
    fields = {f for kind in (Terms, MetricTerm, ClauseTerm, Learning) for f in _fields(kind)}
    return f"no term has that name{did_you_mean(unknown.group(1), sorted(fields))}"


def _fields(kind: type[msgspec.Struct]) -> tuple[str, ...]:
    return tuple(kind.__struct_fields__)
