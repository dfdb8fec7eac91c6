"""The page about contracts lists the built-in clauses, and its example of a clause works."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec
import pytest

from contracts.equivalence.proof import judge
from contracts.equivalence.registry import BUILT_IN, Item
from contracts.equivalence.sides import Sides

if TYPE_CHECKING:
    from collections.abc import Callable
    from types import ModuleType

    from contracts.contract import Contract

PAGE = Path(__file__).parents[3] / "docs" / "contract.md"
ROW = re.compile(r"^\| `(\w+)` \| [^|]+ \| ([^|]+) \| ([^|]+) \|$", re.MULTILINE)
EXAMPLE = re.compile(r"^```python file=(\S+)\n(.*?)^```", re.MULTILINE | re.DOTALL)


def rows() -> dict[str, tuple[str, str]]:
    """Return the pairs and the tolerance that the page gives each clause."""
    return {name: (pairs, fields) for name, pairs, fields in ROW.findall(PAGE.read_text("utf-8"))}


def test_every_clause_has_its_row() -> None:
    """The table lists the built-in clauses and no others."""
    assert {*rows()} == {*BUILT_IN}


@pytest.mark.parametrize("kind", BUILT_IN.values(), ids=BUILT_IN)
def test_a_row_names_the_pairs_and_every_field(kind: Any) -> None:
    """Pairs in the clause's order, each field, and the default if it is a number."""
    pairs, fields = rows()[kind.name]
    assert pairs == ", ".join(kind.pairs)
    for field in msgspec.structs.fields(kind):
        assert f"`{field.name}`" in fields
        if isinstance(field.default, int | float):
            default = float(re.search(rf"`{field.name}` ([\d.e-]+)", fields).group(1))  # type: ignore[union-attr]
            assert default == field.default
    assert len(re.findall(r"`\w+`", fields)) == len(kind.__struct_fields__)


@pytest.mark.parametrize(("share", "status"), [(0.5, "equivalent"), (0.0, "different")])
def test_the_example_of_a_clause_works(
    write: Callable[..., Contract],
    toy: ModuleType,
    tmp_path: Path,
    share: float,
    status: str,
) -> None:
    """The example runs as it is: it is equivalent or different by its tolerance."""
    ((_, text),) = EXAMPLE.findall(PAGE.read_text("utf-8"))
    module: dict[str, Any] = {"__name__": "shop_clauses"}
    code = compile(text, "shop_clauses.py", "exec", dont_inherit=True)
    exec(code, module)  # noqa: S102 - what the page shows
    item = Item(clause="total", pair="same_data", judge=module["Total"](share=share))
    candidate = toy.Learner(prior=4.0)
    contract = write(tmp_path)
    with Sides(contract, toy.Events(), candidate=candidate, reference=toy.Learner()) as sides:
        verdict = judge(item, sides)
    assert verdict.status == status
    assert "allowed" in verdict.message
