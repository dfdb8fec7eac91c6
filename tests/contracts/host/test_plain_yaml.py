"""Reading YAML that others wrote: plain values, and a refusal with its place for the rest."""

from __future__ import annotations

import pytest
import yaml

from contracts.errors import ContractError
from contracts.host.plain_yaml import MOST, read_yaml


def test_plain_values_read_back() -> None:
    """What PyYAML writes of plain values is read as it was."""
    value = {
        "text": "abc", "yes": "yes", "1": ["1", 1, 1.5, True, None], "none": None, "empty": {},
        "date": "2013-01-01", "big": 2**64 - 1, "small": -(2**63), "merge": "<<", "=": "=",
    }  # fmt: skip
    assert read_yaml(yaml.safe_dump(value)) == value


def test_a_date_is_a_text() -> None:
    """An unquoted date stays as it is written, whether there is such a day or not."""
    assert read_yaml("[2013-01-01, 2013-13-45]") == ["2013-01-01", "2013-13-45"]


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("a: 1\na: 2", "line 2, column 1: the key 'a' is given twice"),
        ("a: {b: 1, b: 1}", "line 1, column 11: the key 'b' is given twice"),
        ("a: 1\n2: b", "line 2, column 1: the key 2 is no text"),
        ("a: &x 1\nb: *x", "line 2, column 4: an alias"),
        ("a: !!set {b}", "line 1, column 4: the tag"),
        ("a: ! b", "line 1, column 4: the tag"),
        (f"a: {'9' * 5000}", "line 1, column 4: Exceeds the limit"),
        ("a: 0x1ffffffffffffffff", "line 1, column 4: an integer beyond 64 bits"),
        ("a: 0b_", "line 1, column 4: invalid literal"),
        ("[" * 500, "line 1, column 33: deeper than the 32 levels"),
        ("[" + "1," * MOST + "1]", rf"more than the {MOST:,} values"),
        ("%TAG ! a\n--- 1", "a line starts with %"),
        ("a: 1\n---\nb: 2", "line 2, column 1: expected a single document"),
        ("a: [", "line 2, column 1: while parsing a flow node"),
        ("a: \x00", "not YAML"),
        ("a: \ud800", "not YAML"),
    ],
)
def test_anything_else_is_refused_by_its_place(text: str, says: str) -> None:
    """The error names the line and column, where YAML's reader knows them."""
    with pytest.raises(ContractError, match=says):
        read_yaml(text)
