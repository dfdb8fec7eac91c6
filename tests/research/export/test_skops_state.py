from __future__ import annotations

import subprocess
import sys
from typing import TYPE_CHECKING, Any
from zipfile import ZIP_DEFLATED

import pytest
from sklearn.cluster import KMeans
from sklearn.neighbors import KNeighborsClassifier
from sklearn.svm import SVC

from contracts.errors import ContractError, StateError
from research.export.allowed import ALLOWED
from research.export.skops_state import dump, load
from tests.suites.forgery import archived, forged, members

if TYPE_CHECKING:
    from collections.abc import Callable


@pytest.fixture(scope="module")
def state(fit: Callable[..., Any]) -> bytes:
    """The state of a pipeline that ONNX cannot express."""
    return dump(fit("kernel"), ALLOWED)


def calling(module: str, name: str) -> Callable[[dict[str, Any]], None]:
    """Return a change that puts a function in the place of the pipeline's verbosity."""

    def change(schema: dict[str, Any]) -> None:
        schema["content"]["content"]["verbose"] = {
            "__class__": name,
            "__module__": module,
            "__loader__": "FunctionNode",
        }

    return change


@pytest.mark.parametrize(
    ("module", "name"),
    [("os", "system"), ("antigravity", "fly"), ("builtins", "eval"), ("numpy", "load")],
)
def test_tampered(state: bytes, module: str, name: str) -> None:
    """A name that is not allowed is refused, and its module is never imported."""
    known = module in sys.modules
    with pytest.raises(StateError, match=rf"nothing was loaded.*{module}\.{name}") as caught:
        load(forged(state, calling(module, name)), ALLOWED)
    assert "export the model anew" in caught.value.hint
    assert (module in sys.modules) == known


def test_a_type_of_the_solution(fit: Callable[..., Any]) -> None:
    """A function of the solution's own is written and read only if the solution allows it."""
    estimator = fit("function")
    with pytest.raises(ContractError, match="doubled") as caught:
        dump(estimator, ALLOWED)
    name = caught.value.message.partition("back: ")[2].partition(" is not")[0]
    assert load(dump(estimator, ALLOWED | {name}), ALLOWED | {name}).steps[1][0]


def test_compressed(state: bytes) -> None:
    """A compressed member is refused before it is unpacked."""
    packed = archived(members(state), compression=ZIP_DEFLATED)
    with pytest.raises(StateError, match="without compression"):
        load(packed, ALLOWED)


@pytest.mark.parametrize("broken", [b"", b"PK", b"no archive at all"])
def test_broken(broken: bytes) -> None:
    """Other bytes than a skops file are a broken state, not a crash."""
    with pytest.raises(StateError):
        load(broken, ALLOWED)


def test_incomplete(state: bytes) -> None:
    """A schema without what its nodes need is a broken state, not a crash."""
    with pytest.raises(StateError, match="skops can read"):
        load(forged(state, lambda schema: schema.pop("__loader__")), ALLOWED)


PROGRAM = """
import hashlib, numpy as np, pandas as pd
from sklearn.ensemble import HistGradientBoostingClassifier
from research.export.allowed import ALLOWED
from research.export.skops_state import dump
draw = np.random.default_rng(0)
X = pd.DataFrame({"a": draw.integers(0, 5, 300), "b": draw.normal(size=300)})
model = HistGradientBoostingClassifier(
    max_iter=3, random_state=0, early_stopping=False, categorical_features=[0]
).fit(X, X.a + X.b > 2)
model.seen_ = {"alpha", "beta", "gamma", "delta"}
print(hashlib.sha256(dump(model, ALLOWED)).hexdigest())
"""


@pytest.mark.e2e
def test_equal_models_equal_bytes() -> None:
    """Other addresses, another time and another order of sets give the same bytes."""
    digests = {
        subprocess.run(
            [sys.executable, "-c", PROGRAM],
            env={"PYTHONHASHSEED": seed, "OMP_NUM_THREADS": "1"},
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        for seed in ("1", "2")
    }
    assert len(digests) == 1


@pytest.mark.parametrize(
    "estimator",
    [
        SVC(),
        KMeans(2, n_init=1),
        KNeighborsClassifier(1),
    ],
    ids=lambda estimator: type(estimator).__name__,
)
def test_estimators_whose_compiled_code_was_not_read_are_refused(estimator: Any) -> None:
    """Skops trusts them, but their compiled code follows a state's numbers unchecked."""
    fitted = estimator.fit([[0.0], [1.0], [0.1], [0.9]], [0, 1, 0, 1])
    with pytest.raises(
        ContractError, match=rf"{type(estimator).__name__}.* is not allowed"
    ) as caught:
        dump(fitted, ALLOWED)
    assert "in the attribute `allowed`" in caught.value.hint
