"""`contract.yaml` as text: readable by people, refused if it holds what is not a term."""

from __future__ import annotations

import re
from typing import Any

import msgspec
import yaml

from contracts.contract.digest import TERMS
from contracts.contract.terms import FORMAT, INSTANTS, ClauseTerm, Learning, MetricTerm, Terms
from contracts.errors import ConfigError, ContractError, did_you_mean
from contracts.host.plain_yaml import read_yaml
from contracts.moment import instant, iso
from contracts.name import RULE

UNKNOWN = re.compile(r"unknown field `([^`]+)`")
WIDTH = 100


def write(terms: Terms, *, header: str = "") -> str:
    """Return measured terms as YAML, the lines of ``header`` as comments on top.

    Raises:
        ContractError: A metric was not observed yet, or a parameter has no value yet.
    """
    own = {name: getattr(terms, name) for name in Terms.__struct_fields__}  # a contract has more
    plain = msgspec.json.decode(msgspec.json.encode(own))
    if not terms.learning.tuned:
        del plain["learning"]["tuned"]
    _check_measured(plain)
    plain["learning"] |= {name: iso(plain["learning"][name]) for name in INSTANTS}
    comments = "".join(f"# {line}".rstrip() + "\n" for line in header.splitlines())
    return comments + yaml.safe_dump(plain, sort_keys=False, allow_unicode=True, width=WIDTH)


def read(text: str, *, name: str = TERMS) -> Terms:
    """Return the terms in a YAML text.

    Args:
        text: The document.
        name: What an error calls it.

    Raises:
        ContractError: The text is not YAML, of a newer format, or holds what is not a term.
    """
    try:
        return _terms(read_yaml(text))
    except ContractError as error:
        raise ContractError(f"{name}: {error.message}", hint=error.hint) from error


def _terms(plain: Any) -> Terms:
    if not isinstance(plain, dict):
        raise ContractError(f"expected a mapping of terms, got {type(plain).__name__}")
    _check_format(plain.get("format"))
    _check_measured(plain)
    try:
        return msgspec.convert(_with_instants(plain), Terms)
    except msgspec.ValidationError as error:
        raise ContractError(str(error), hint=_hint(str(error))) from error


def _check_format(number: Any) -> None:
    """Refuse a document that is newer than this code."""
    if not isinstance(number, int) or isinstance(number, bool) or number < 1:
        raise ContractError(f"expected a format number, got {number!r}", hint="format: 1")
    if number > FORMAT:
        raise ContractError(
            f"has format {number}, this version of the framework reads up to {FORMAT}",
            hint="pip install --upgrade liaison-lifecycle",
        )


def _check_measured(plain: dict[str, Any]) -> None:
    """Refuse what a specification may leave open: a contract states every value."""
    metrics, learning = plain.get("metrics"), plain.get("learning")
    for at, term in enumerate(metrics if isinstance(metrics, list) else ()):
        for field in ("skill", "observed"):
            if isinstance(term, dict) and term.get(field) is None:
                raise ContractError(f"expected a value for `{field}` of metrics[{at}]")
    if isinstance(learning, dict) and "tuned" in learning:
        raise ContractError("a contract has no learning.tuned: state the values")


def _with_instants(plain: dict[str, Any]) -> dict[str, Any]:
    """Return the document with instants as microseconds."""
    learning = plain.get("learning")
    if not isinstance(learning, dict):
        return plain
    numbers = {
        name: _instant(value, f"learning.{name}")
        for name, value in learning.items()
        if name in INSTANTS
    }
    return plain | {"learning": learning | numbers}


def _instant(value: Any, where: str) -> int:
    try:
        return instant(str(value))
    except ConfigError as error:
        raise ContractError(f"{where}: {error.message}", hint=error.hint) from error


def _hint(text: str) -> str:
    unknown = UNKNOWN.search(text)
    if unknown is None:
        return RULE if text.endswith("`$.product`") else ""
    kinds = (Terms, MetricTerm, ClauseTerm, Learning)
    fields = sorted({field for kind in kinds for field in kind.__struct_fields__})
    return f"no term has that name{did_you_mean(unknown.group(1), fields)}"
