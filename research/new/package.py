"""The files of a package of a person's own around a product's configuration, none of them long."""

from __future__ import annotations

import re
from string import Template
from typing import TYPE_CHECKING

from research.new.stages import stages, variant_file

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
# learner-solution = "$module.solution:Learner"
$implementation

[tool.setuptools]
packages = ["$module"]
"""
README = """\
# $name

Made by `python -m research task=new`. `conf/product/$name.yaml` says what it is. In this folder,
with Liaison's environment active:

```bash
${install}python -m research $words task=explore
python -m production $words task=compare
```

Nothing is published yet. Commit everything, then draft, publish and commit the contract:

```bash
git init && git add . && git commit -m "A product"
python -m research $words task=specify
python -m contracts $words task=publish
git add published && git commit -m "A contract"
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
SKELETON = '''\
"""Production's implementation of $name, to be written by hand: so far it predicts the mean outcome.

Every clause of the contract says what it lacks. Where nothing is published, of research's draft:

    python -m contracts $words task=prove task.options.draft=true

Nothing of research is imported here: production is installed without it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Self

import msgspec
import numpy as np

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    import pyarrow as pa

FILE = "state.json"


class State(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What a model has learned, as data: it is written as JSON."""

    means: list[float]


class Model:
    """Predicts; serving needs nothing but this class and what it has written."""

    def __init__(self, state: State) -> None:
        self.state = state

    def predict(self, rows: pa.Table) -> np.ndarray[Any, Any]:
        """Return float64 predictions of shape (n, k) for n rows of the contract's inputs."""
        return np.tile(np.array(self.state.means, np.float64), (rows.num_rows, 1))

    def one(self, record: Any) -> tuple[float, ...]:
        """Return the k predictions for one record, which has the inputs as attributes."""
        return tuple(self.state.means)

    def write(self, folder: Path) -> None:
        """Write the state into an empty folder."""
        (folder / FILE).write_bytes(msgspec.json.encode(self.state))

    @classmethod
    def read(cls, folder: Path) -> Self:
        """Return the model that was written into a folder."""
        return cls(msgspec.json.decode((folder / FILE).read_bytes(), type=State))

    # With a class method `adopt(cls, folder) -> Self` that reads what research's solution exports
    # (pipeline.onnx), the clauses under same_state test the code that serves by itself.


class Learner:
    """Trains: `params` are those that research's learning found."""

    def __init__(self, *, labels: list[Any]) -> None:
        # Of two labels the second one's probability is predicted, of more each one's.
        self.labels = labels[1:] if len(labels) == 2 else labels

    def fit(self, rows: pa.Table, *, params: Mapping[str, Any], seed: int) -> Model:
        """Return the model fitted to rows: the contract's inputs and `outcome`, never null."""
        outcomes = rows["outcome"].to_pylist()
        shares = [float(np.mean([each == label for each in outcomes])) for label in self.labels]
        return Model(State(shares or [float(np.mean(outcomes))]))
'''
MODULE = '"""Code of the product $name that its configuration may name."""\n'
FILES = {
    "pyproject.toml": PYPROJECT,
    "README.md": README,
    ".gitignore": IGNORED,
    ".github/workflows/ci.yml": WORKFLOW,
    "tests/test_contract.py": TEST,
    "$module/__init__.py": MODULE,
}


#: What declares the skeleton's components, or shows how one of your own would be.
DECLARED = """\
learner-production = "$module.implementation:Learner"
model-production = "$module.implementation:Model\""""


def module_of(name: str) -> str:
    """Return what the module of a product's package is called.

    >>> module_of("2nd-hand.sales")
    'p2nd_hand_sales'
    """
    return re.sub(r"\W", "_", f"p{name}" if name[0].isdigit() else name)


def package_files(folder: Path, name: str, *, data: str, skeleton: bool = False) -> dict[Path, str]:
    """Return the text of each file of a package, but for the product's configuration.

    Args:
        folder: The package's.
        name: The product's.
        data: What the product reads, as its configuration says it.
        skeleton: Whether an implementation by hand is begun.
    """
    words, module = f"--config-dir conf product={name} paths.published=published", module_of(name)
    declared = Template(DECLARED).substitute(module=module)
    files = FILES | ({"$module/implementation.py": SKELETON} if skeleton else {})
    values = {
        "name": name,
        "module": module,
        "implementation": declared if skeleton else re.sub("^", "# ", declared, flags=re.MULTILINE),
        "words": words,
        "install": "python -m pip install -e .\n" if skeleton else "",
        "driver": ",postgres" if data.startswith("postgresql://") else "",
    }
    made = {
        folder / Template(path).substitute(values): Template(text).substitute(values)
        for path, text in files.items()
    }
    made[folder / "dvc.yaml"] = stages(name, data=data, words=words)
    return made | variant_file(folder / "conf")
