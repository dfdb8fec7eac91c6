"""Small products with everything a contract needs, for the tests of contracts."""

from __future__ import annotations

import sys
from importlib import import_module
from importlib.metadata import EntryPoint, EntryPoints, entry_points
from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec
import numpy as np
import pytest
import yaml

# Loaded here, so that sessions within this one leave the loaded modules as they found them.
import contracts.testing.report  # noqa: F401
from contracts.contract import golden
from contracts.contract.provenance import Provenance
from contracts.contract.terms import ClauseTerm, Learning, MetricTerm, Specification, Terms
from contracts.host import plugins
from contracts.publication.draft import write_draft
from contracts.schema.columns import Column, Columns
from contracts.score.bootstrap import Interval
from tests.suites.check import finite, ge, isin, le
from tests.suites.package import install

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from types import ModuleType

    from contracts.contract import Contract

TOY = Path(__file__).parent / "toy"
INPUTS = Columns(
    [
        Column(name="colour", kind="category", checks=(isin(["red", "green", "blue"]),)),
        Column(name="size", kind="float", nullable=True, checks=(finite(), ge(0), le(1))),
    ]
)
CHANCE = (finite(), ge(0), le(1))
OUTPUTS = {
    "binary": Columns([Column(name="late", kind="float", checks=CHANCE)]),
    "multiclass": Columns(
        Column(name=name, kind="float", checks=CHANCE) for name in ("low", "mid", "high")
    ),
    "regression": Columns([Column(name="score", kind="float", checks=(finite(),))]),
}
LABELS = {"binary": ("in_time", "late"), "multiclass": ("low", "mid", "high"), "regression": ()}
METRICS = {
    "binary": (("log_loss", "lower", 0.7), ("roc_auc", "higher", 0.6)),
    "multiclass": (("log_loss", "lower", 1.1),),
    "regression": (("mae", "lower", 1.0),),
}
CLAUSES = (
    ClauseTerm(name="schema", pair="recorded"),
    ClauseTerm(name="golden", pair="recorded", tolerance={"absolute": 0.001, "fraction": 0.99}),
    ClauseTerm(
        name="ranking", pair="same_data", tolerance={"spearman": 0.99, "top": 0.1, "overlap": 0.9}
    ),
    ClauseTerm(name="metric", pair="same_data", tolerance={"margin": 0.01, "repeats": 200}),
)


#: What the package of small products declares for configurations.
COMPONENTS = """\
ingest = toy_product:Events
schema = toy_product:Events
source = toy_product:Events
source-nothing = toy_product:Nothing
learner = toy_product:Learner
learner-unmade = toy_product:Unmade
model-cells = toy_product:Cells
model-swapped = toy_product:Swapped
model-stretched = toy_product:Stretched
model-flat = toy_product:Flat
model-forgetful = toy_product:Forgetful
model-narrow = toy_product:Narrow
model-blind = toy_product:Blind
model-unknowing = toy_product:Unknowing
"""


@pytest.fixture
def plug(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[str, str, object], None]]:
    """Lets a package register an object under a name of an entry-point group; an error is raised.

    Real packages keep what they registered.
    """
    plugged: dict[EntryPoint, object] = {}
    real_load = EntryPoint.load

    def points(*, group: str) -> EntryPoints:
        real = entry_points(group=group)
        return EntryPoints([*real, *(point for point in plugged if point.group == group)])

    def load(point: EntryPoint) -> object:
        found = plugged[point] if point in plugged else real_load(point)
        if isinstance(found, Exception):
            raise found
        return found

    def register(group: str, name: str, found: object) -> None:
        value = getattr(found, "__name__", type(found).__name__)
        plugged[EntryPoint(name, f"package:{value}", group)] = found
        plugins._points.cache_clear()

    monkeypatch.setattr(plugins, "entry_points", points)
    monkeypatch.setattr(EntryPoint, "load", load)
    plugins._points.cache_clear()
    yield register
    plugins._points.cache_clear()


@pytest.fixture(scope="session")
def toy() -> ModuleType:
    """The module of small products, imported from a folder as a user's package would be."""
    sys.path.insert(0, str(TOY))
    try:
        return import_module("toy_product")
    finally:
        sys.path.remove(str(TOY))


@pytest.fixture
def terms(toy: ModuleType) -> Callable[..., Terms]:
    """Makes the terms of a small product, with changes."""

    def make(kind: str = "binary", **changes: Any) -> Terms:
        given: dict[str, Any] = {
            "product": "toy",
            "version": "1.0.0",
            "kind": kind,
            "labels": LABELS[kind],
            "metrics": tuple(
                MetricTerm(
                    name=name,
                    direction=direction,
                    threshold=threshold,
                    skill=0.0,
                    observed=Interval(value=threshold, low=threshold, high=threshold),
                )
                for name, direction, threshold in METRICS[kind]
            ),
            "clauses": CLAUSES,
            "learning": Learning(
                params={"cells": 33},
                seed=3,
                start=0,
                end=toy.CUT * toy.DAY,
                known_by=toy.CUT * toy.DAY,
                test_start=toy.CUT * toy.DAY,
                test_end=toy.DAYS * toy.DAY,
                day_offset="5h",
            ),
        }
        return Terms(**given | changes)

    return make


@pytest.fixture
def write(toy: ModuleType, terms: Callable[..., Terms]) -> Callable[..., Contract]:
    """Writes the draft of a small product's contract into a folder."""

    def make(folder: Path, kind: str = "binary", **changes: Any) -> Contract:
        stated = terms(kind, **changes)
        learning = stated.learning
        table = toy.Events(kind).window(learning.start, learning.end, known_by=learning.known_by)
        rows = table.filter(np.array(table["outcome"].is_valid()))
        model = toy.Learner(kind).fit(rows, params=learning.params, seed=learning.seed)
        picked = golden.pick(rows, INPUTS, seed=learning.seed, n=60)
        return write_draft(
            folder,
            Specification(
                **msgspec.structs.asdict(stated),
                input_columns=INPUTS,
                output_columns=OUTPUTS[kind],
            ),
            recorded=golden.Golden(rows=picked, expected=model.predict(picked)),
            origin=Provenance(
                commit="abc",
                data="def",
                libraries={"numpy": np.__version__},
                seed=learning.seed,
                created="2013-03-01T00:00:00Z",
            ),
            header="What is promised.",
        )

    return make


def _side(model: str, prior: float) -> dict[str, object]:
    """Return one side of the product's configuration."""
    learner = {"_target_": "toy_product.Learner", "model": model, "prior": prior}
    return {"learner": learner, "model": f"toy_product.{model.capitalize()}"}


def _product(model: str, solution: dict[str, object]) -> dict[str, object]:
    """Return the configuration of a user's own product."""
    period = {"start": "1970-01-01T00:00:00Z", "end": "1970-01-31T00:00:00Z"}
    return {
        "name": "toy",
        "contract": "1.0.0",
        "history": period["start"],
        "start": period["end"],
        "until": "1970-02-10T00:00:00Z",
        "day_offset": "0",
        "ingest": {"_target_": "toy_product.Events"},
        "source": {"_target_": "toy_product.Events"},
        "baseline": {"_target_": "contracts.data.baseline.YesterdaysRate", "period": "1d"},
        "solution": solution,
        "implementation": _side(model, 1.001),
        "learning": {
            "window": period,
            "test": {"start": period["end"], "end": "1970-02-10T00:00:00Z"},
            "metrics": ["log_loss"],
            "folds": 2,
            "horizon": "1d",
            "trials": 1,
            "seed": 3,
            "params": {},
            "space": {},
        },
        "specification": {
            "kind": "binary",
            "schema": {"_target_": "toy_product.Events"},
            "labels": ["in_time", "late"],
            "labels_open": False,
            "metrics": [],
            "clauses": [],
            "golden": 60,
        },
    }


@pytest.fixture(scope="session")
def loaded() -> None:
    """What draws a report, loaded once: a pytest in this process unloads what its run loaded."""
    for name in ("matplotlib.backends.backend_svg", "matplotlib.figure"):
        import_module(name)


@pytest.fixture
def run(
    loaded: None,
    pytester: pytest.Pytester,
    write: Callable[..., Contract],
    toy: ModuleType,
    monkeypatch: pytest.MonkeyPatch,
) -> Callable[..., pytest.RunResult]:
    """Runs pytest in a repository that only installs this package and holds a product."""
    assert toy.DAYS
    assert loaded is None
    monkeypatch.setenv("COLUMNS", "120")  # of a terminal as of the pipe that the tests read
    write(pytester.path / "contracts" / "published" / "toy" / "1.0.0")
    pytester.mkdir("tests")
    (pytester.path / "tests" / "test_own.py").write_text("def test_own(): assert False\n")
    (pytester.path / "pytest.ini").write_text("[pytest]\ntestpaths = tests\n")
    (pytester.path / "conf" / "product").mkdir(parents=True)
    site = pytester.mkdir("site")
    install(site, "toy_product", COMPONENTS, (TOY / "toy_product.py").read_text())
    pytester.syspathinsert(site)

    def call(
        *words: str, model: str = "cells", solution: dict[str, object] | None = None
    ) -> pytest.RunResult:
        node = _product(model, solution or _side("cells", 1.0))
        (pytester.path / "conf" / "product" / "toy.yaml").write_text(yaml.safe_dump(node))
        return pytester.runpytest_inprocess(
            "--contract-config-dir=conf", "-p", "no:xdist", "-p", "no:cacheprovider", *words
        )

    return call
