"""The stages of a new product: what DVC runs when its configuration or its data changed."""

from __future__ import annotations

import shlex
from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec
import yaml

from contracts.config.compose import TREE
from contracts.data.opened import is_database

if TYPE_CHECKING:
    from research.new.place import ProductPlace

#: The stages of products beside others: each in a folder of its own, as DVC knows one file name.
PIPELINES = "pipelines"
#: What runs Python in the stages of a repository like this one, and what draws its curves.
RUNNER, TEMPLATES = Path(".dvc", "python"), Path(".dvc", "plots")
#: What experiments change: in this tree, and in another, where the first is this one's.
OURS, OWN = "current", "own"
VARIANT = f"""\
# @package _global_
# python -m research task=learn variant={OWN}
# What an experiment of research changes, nothing as it comes; `dvc exp run -S` writes here.
product: {{}}
"""
#: The curves of learning, by the templates of a repository like this one, and by those of DVC's:
#: its lines have numbers below them, and no days.
CURVES = {
    "daily": (
        {"x": "day", "y": "solution", "template": "sides_by_day"},
        {"x": "solution", "y": "day", "template": "bar_horizontal"},
    ),
    "calibration": (
        {"x": "predicted", "y": "observed", "template": "calibration"},
        {"x": "predicted", "y": "observed", "template": "linear"},
    ),
    "trials": (
        {"x": "trial", "y": "value", "template": "trials"},
        {"x": "trial", "y": "value", "template": "linear"},
    ),
}


class _Repository(msgspec.Struct, frozen=True, kw_only=True):
    """Where stages run.

    Attributes:
        tree: The configuration tree, from there.
        variant: The option of the tree that experiments change.
        python: What runs Python.
        templates: The names of the templates that are there.
    """

    tree: str
    variant: str = OWN
    python: str = "python"
    templates: frozenset[str] = frozenset()


def stages(name: str, *, data: str, words: str) -> str:
    """Return the text of a package's ``dvc.yaml``.

    Args:
        name: The product.
        data: What it reads, as its configuration says it.
        words: What its commands need to find it.
    """
    watched = "the configuration" if is_database(data) else "the configuration or the data"
    head = f"# After git init, a commit and dvc init: dvc repro runs what {watched} changed.\n"
    where = _Repository(tree="conf")
    return head + _text(_stages(name, data=data, words=words, where=where), where)


def stages_beside(place: ProductPlace, name: str, *, data: str) -> dict[Path, str]:
    """Return the file of a product's stages in a repository of DVC's; none where there is none.

    Args:
        place: Where the product is.
        name: The product.
        data: What it reads, as its configuration says it.
    """
    tree = place.tree.resolve()
    if not (place.root / ".dvc").is_dir() or not tree.is_relative_to(place.root.resolve()):
        return {}
    # Relative, so that it is found in every clone.
    within = tree.relative_to(place.root.resolve()).as_posix()
    words = ("--config-dir", within) if place.words else ()
    file = Path(PIPELINES, name, "dvc.yaml")
    where = _Repository(
        tree=within,
        variant=_variant(tree),
        python=f"sh {RUNNER}" if (place.root / RUNNER).is_file() else "python",
        templates=frozenset(each.stem for each in (place.root / TEMPLATES).glob("*.json")),
    )
    made = _stages(name, data=data, words=shlex.join((*words, f"product={name}")), where=where)
    for stage in made.values():
        stage["wdir"] = "../.."
    head = f"# From the repository's folder: dvc repro {file.as_posix()}\n"
    return {place.root / file: head + _text(made, where, target=f"{file.as_posix()} ")}


def variant_file(tree: Path) -> dict[Path, str]:
    """Return the file that experiments change, as it comes; none where a tree has it."""
    file = tree / "variant" / f"{_variant(tree)}.yaml"
    return {} if file.is_file() else {file: VARIANT}


def _variant(tree: Path) -> str:
    return OURS if tree.resolve() == TREE else OWN


def _stages(name: str, *, data: str, words: str, where: _Repository) -> dict[str, dict[str, Any]]:
    """Return the stages by name, their paths from where commands run."""
    read = [] if is_database(data) else [data.replace("${", "\\${")]
    product, results = f"{where.tree}/product/{name}.yaml", "outputs/{}/" + name
    learned, drafted = results.format("learn"), results.format("specify")
    varied = words if where.variant == OURS else f"{words} variant={where.variant}"
    return {
        "learn": {
            "cmd": f"{where.python} -m research {varied} task=learn",
            "params": _params(product, _changed(where)),
            "deps": [*read],
            "outs": [f"{learned}/result.json"],
            "metrics": [f"{learned}/metrics.json"],
            "plots": [
                {f"{learned}/plots/{curve}.csv": {**(own if _has(where, own) else other)}}
                for curve, (own, other) in CURVES.items()
            ],
        },
        "specify": {
            "cmd": f"{where.python} -m research {varied} task=specify",
            "params": _params(product, _changed(where)),
            "deps": [*read, f"{learned}/result.json"],
            "outs": [f"{drafted}/draft"],
        },
        "compare": {
            "cmd": f"{where.python} -m production {words} task=compare",
            "params": _params(product),
            "deps": [*read, f"{drafted}/draft"],
            "outs": [f"{results.format('compare')}/report.json"],
        },
    }


def _params(*files: str) -> list[dict[str, None]]:
    """Return files as parameters, all values of each."""
    return [{file: None} for file in files]


def _has(where: _Repository, curve: dict[str, str]) -> bool:
    return curve["template"] in where.templates


def _changed(where: _Repository) -> str:
    """Return the file that experiments change, from where commands run."""
    return f"{where.tree}/variant/{where.variant}.yaml"


def _text(made: dict[str, dict[str, Any]], where: _Repository, target: str = "") -> str:
    """Return the text of a file of stages, with how an experiment of them is made."""
    change = shlex.quote(f"{_changed(where)}:++product.learning.trials=20")
    text = yaml.safe_dump({"stages": made}, sort_keys=False, allow_unicode=True, width=1_000)
    return f"# An experiment: dvc exp run {target}-n more -S {change}\n{text}"
