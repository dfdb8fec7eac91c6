import numpy as np
import pyarrow as pa

from contracts.data.memory import Memory
from contracts.data.rows import INSTANT
from contracts.kind import Kind, Label
from research.explore.sample import Sample, sample
from tests.suites.target import Target


def sampled(outcomes: list[Label], *, kind: Kind, labels: tuple[Label, ...] = ()) -> Sample:
    """Return a sample of events with these outcomes."""
    n = len(outcomes)
    times = pa.array(range(n), INSTANT)
    names = [str(at) for at in range(n)]
    columns = {"id": names, "key": names, "time": times, "outcome": outcomes, "arrived": times}
    source = Memory(pa.table({**columns, "known": times, "size": [0.0] * n}))
    target = Target(product="p", kind=kind, labels=labels)
    return sample(source, target=target, start=0, end=n, inputs=None)


def test_binary_counts_the_positive() -> None:
    """Of two labels the second is the positive: true is 1, and its mean is the rate."""
    found = sampled([True, False], kind="binary", labels=("no", "yes"))
    assert found.y.tolist() == [1.0, 0.0]
    assert {name: values.tolist() for name, values in found.quantities().items()} == {
        "yes": [1.0, 0.0]
    }
    assert {name: mask.tolist() for name, mask in found.groups().items()} == {
        "no": [False, True],
        "yes": [True, False],
    }


def test_multiclass_counts_each_label() -> None:
    """Each label has its own share."""
    found = sampled(["c", "a"], kind="multiclass", labels=("a", "b", "c"))
    shares = [values.tolist() for values in found.quantities().values()]
    assert shares == [[0, 1], [0, 0], [1, 0]]


def test_regression_averages_and_compares_thirds() -> None:
    """A number has a mean, and its groups are thirds that hold every row once."""
    found = sampled([*range(9)], kind="regression")
    assert np.mean(found.quantities()["mean"]) == 4
    assert sum(mask.astype(int) for mask in found.groups().values()).tolist() == [1] * 9
