"""The stages of a new product: what DVC runs when its configuration or its data changed."""

from __future__ import annotations

import shlex
from pathlib import Path
from typing import TYPE_CHECKING, Any

import yaml

from contracts.data.opened import is_database

if TYPE_CHECKING:
    from research.new.place import ProductPlace

#: The stages of products beside others: each in a folder of its own, as DVC knows one file name.
PIPELINES = "pipelines"
#: What runs Python in the stages of a repository like this one.
RUNNER = Path(".dvc", "python")


def stages(name: str, *, data: str, words: str) -> str:
    """Return the text of a package's ``dvc.yaml``.

    Args:
        name: The product.
        data: What it reads, as its configuration says it.
        words: What its commands need to find it.
    """
    watched = "the configuration" if is_database(data) else "the configuration or the data"
    head = f"# After git init, a commit and dvc init: dvc repro runs what {watched} changed.\n"
    return head + _text(_stages(name, data=data, words=words, tree="conf", python="python"))


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
    python = f"sh {RUNNER}" if (place.root / RUNNER).is_file() else "python"
    made = _stages(
        name, data=data, words=shlex.join((*words, f"product={name}")), tree=within, python=python
    )
    for stage in made.values():
        stage["wdir"] = "../.."
    head = f"# From the repository's folder: dvc repro {file.as_posix()}\n"
    return {place.root / file: head + _text(made)}


def _stages(
    name: str, *, data: str, words: str, tree: str, python: str
) -> dict[str, dict[str, Any]]:
    """Return the stages by name, their paths from where commands run."""
    read = [] if is_database(data) else [data.replace("${", "\\${")]
    product, results = f"{tree}/product/{name}.yaml", "outputs/{}/" + name
    learned, drafted = f"{results.format('learn')}/result.json", results.format("specify")
    return {
        "learn": {
            "cmd": f"{python} -m research {words} task=learn",
            "deps": [product, *read],
            "outs": [learned],
            "metrics": [f"{results.format('learn')}/metrics.json"],
        },
        "specify": {
            "cmd": f"{python} -m research {words} task=specify",
            "deps": [product, *read, learned],
            "outs": [f"{drafted}/draft"],
        },
        "compare": {
            "cmd": f"{python} -m production {words} task=compare",
            "deps": [product, *read, f"{drafted}/draft"],
            "outs": [f"{results.format('compare')}/report.json"],
        },
    }


def _text(made: dict[str, dict[str, Any]]) -> str:
    return yaml.safe_dump({"stages": made}, sort_keys=False, allow_unicode=True, width=1_000)
