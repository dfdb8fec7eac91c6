"""The files of a package of a person's own around a product's configuration, none of them long."""

from __future__ import annotations

import re
from string import Template
from typing import TYPE_CHECKING

from contracts.data.opened import is_database

if TYPE_CHECKING:
    from pathlib import Path

PYPROJECT = """\
[build-system]
requires = ["setuptools>=77"]
build-backend = "setuptools.build_meta"

[project]
name = "$name"
version = "0.1"
requires-python = ">=3.11"
dependencies = [
    # Liaison is on no package index: add where it is, "… @ git+https://…" or "… @ file://…".
    "liaison-lifecycle[research,production,serve,train,report,prove$driver]",
]

# Code of your own that configuration may name, each for the key it stands under.
[project.entry-points."liaison.components"]
# query = "$module.events:query"
# learner = "$module.solution:Learner"

[tool.setuptools]
packages = ["$module"]
"""
README = """\
# $name

Made by `python -m research task=new`. What it is, is in `conf/product/$name.yaml`. From here:

```bash
python -m research $words task=explore
python -m production $words task=compare
```

Nothing is published yet. Commit everything, then draft and publish the contract:

```bash
python -m research $words task=specify
python -m contracts $words task=publish
pytest --contract $name --contract-config-dir conf --contract-override paths.published=published
```
"""
IGNORED = """\
.venv/
data/
outputs/
live/
dvc_plots/
*.egg-info/
__pycache__/
"""
WORKFLOW = """\
name: ci
on: [push, pull_request]
permissions:
  contents: read
jobs:
  test:
    runs-on: ubuntu-latest
    steps:
      - uses: actions/checkout@v4
      - uses: actions/setup-python@v5
        with:
          python-version: "3.12"
      - run: python -m pip install -e .
      - run: pytest
"""
STAGES = """\
# After git init, a commit and dvc init: dvc repro runs what the configuration$or_data changed.
stages:
  learn:
    cmd: python -m research $words task=learn
    deps:
      - conf/product/$name.yaml$data
    outs:
      - outputs/learn/$name/result.json
    metrics:
      - outputs/learn/$name/metrics.json:
          cache: false
  specify:
    cmd: python -m research $words task=specify
    deps:
      - conf/product/$name.yaml
      - outputs/learn/$name/result.json
    outs:
      - outputs/specify/$name/draft
  compare:
    cmd: python -m production $words task=compare
    deps:
      - outputs/specify/$name/draft
    outs:
      - outputs/compare/$name/report.json
"""
TEST = '''\
"""The product's configuration states a contract, whether or not one is published yet."""

from pathlib import Path

from contracts.config.compose import compose
from contracts.config.settings import settings
from contracts.publication.specification import specification_of
from research.settings import Research

CONF = Path(__file__).parents[1] / "conf"


def test_contract():
    """Its schema, metrics and clauses are such that a contract can have."""
    config = compose("research", ["product=$name"], config_dir=CONF)
    specification = specification_of(settings(config, Research).product)
    assert specification.product == "$name"
    assert specification.inputs
'''
MODULE = '"""Code of the product $name: none yet, its configuration says all."""\n'
FILES = {
    "pyproject.toml": PYPROJECT,
    "README.md": README,
    ".gitignore": IGNORED,
    ".github/workflows/ci.yml": WORKFLOW,
    "dvc.yaml": STAGES,
    "tests/test_contract.py": TEST,
    "$module/__init__.py": MODULE,
}


def package_files(folder: Path, name: str, *, data: str) -> dict[Path, str]:
    """Return the text of each file of a package, but for the product's configuration.

    Args:
        folder: The package's.
        name: The product's.
        data: What the product reads, as its configuration says it.
    """
    stored = not is_database(data)
    values = {
        "name": name,
        "module": re.sub(r"\W", "_", f"p{name}" if name[0].isdigit() else name),
        "words": f"--config-dir conf product={name} paths.published=published",
        "data": f"\n      - {data}" if stored else "",
        "driver": ",postgres" if data.startswith("postgresql://") else "",
        "or_data": " or the data" if stored else "",
    }
    return {
        folder / Template(path).substitute(values): Template(text).substitute(values)
        for path, text in FILES.items()
    }
