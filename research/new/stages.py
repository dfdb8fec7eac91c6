"""The stages of a new product: what DVC runs when its configuration or its data changed."""

from __future__ import annotations

import shlex
from pathlib import Path
from string import Template
from typing import TYPE_CHECKING

from contracts.data.opened import is_database

if TYPE_CHECKING:
    from research.new.place import ProductPlace

STAGES = """\
# $first: dvc repro$file runs what the configuration$or_data changed.
stages:
  learn:$below
    cmd: $python -m research $words task=learn
    deps:
      - $tree/product/$name.yaml$data
    outs:
      - outputs/learn/$name/result.json
    metrics:
      - outputs/learn/$name/metrics.json:
          cache: false
  specify:$below
    cmd: $python -m research $words task=specify
    deps:
      - $tree/product/$name.yaml
      - outputs/learn/$name/result.json
    outs:
      - outputs/specify/$name/draft
  compare:$below
    cmd: $python -m production $words task=compare
    deps:
      - outputs/specify/$name/draft
    outs:
      - outputs/compare/$name/report.json
"""
#: The stages of a product beside others, in a folder of its own since DVC knows one name of a file.
PIPELINES = "pipelines"
#: What runs Python in the stages of a repository like this one.
RUNNER = Path(".dvc", "python")


def stages(
    name: str, *, data: str, words: str, tree: str = "conf", python: str = "", at: str = ""
) -> str:
    """Return the text of a product's ``dvc.yaml``.

    Args:
        name: The product.
        data: What it reads, as its configuration says it.
        words: What its commands need to find it.
        tree: The configuration tree, from where commands run.
        python: What runs Python.
        at: Where the file is, two folders below where commands run; beside it if not given.
    """
    stored = not is_database(data)
    return Template(STAGES).substitute(
        name=name,
        tree=tree,
        words=words,
        python=python or "python",
        first="From the repository" if at else "After git init, a commit and dvc init",
        file=f" {at}" if at else "",
        below="\n    wdir: ../.." if at else "",
        data=f"\n      - {data}" if stored else "",
        or_data=" or the data" if stored else "",
    )


def stages_beside(place: ProductPlace, name: str, *, data: str) -> dict[Path, str]:
    """Return the file of a product's stages in a repository of DVC's; none where there is none.

    Args:
        place: Where the product is.
        name: The product.
        data: What it reads, as its configuration says it.
    """
    if not (place.root / ".dvc").is_dir() or not place.tree.resolve().is_relative_to(place.root):
        return {}
    file = Path(PIPELINES, name, "dvc.yaml")
    text = stages(
        name,
        data=data,
        words=shlex.join((*place.words, f"product={name}")),
        tree=place.tree.resolve().relative_to(place.root).as_posix(),
        python=f"sh {RUNNER}" if (place.root / RUNNER).is_file() else "",
        at=file.as_posix(),
    )
    return {place.root / file: text}
