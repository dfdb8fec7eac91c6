import numpy as np
import pyarrow as pa

from contracts.data.memory import Memory
from contracts.data.rows import INSTANT
from contracts.kind import Kind, Label
from research.explore.events import ExploredEvents, explored_events
from tests.suites.target import Target


def explored(
    outcomes: list[Label], *, kind: Kind, labels: tuple[Label, ...] = ()
) -> ExploredEvents:
    """Return explored events with these outcomes."""
    n = len(outcomes)
    times = pa.array(range(n), INSTANT)
    names = [str(at) for at in range(n)]
    columns = {"id": names, "key": names, "time": times, "outcome": outcomes, "arrived": times}
    source = Memory(pa.table({**columns, "known": times, "size": [0.0] * n}))
    target = Target(product="p", kind=kind, labels=labels)
    return explored_events(source, target=target, start=0, end=n, inputs=None)


def test_binary_counts_the_positive() -> None:
    """Of two labels the second is the positive: true is 1, and its mean is the rate."""
    events = explored([True, False], kind="binary", labels=("no", "yes"))
    assert events.y.tolist() == [1.0, 0.0]
    assert {name: values.tolist() for name, values in events.quantities().items()} == {
        "yes": [1.0, 0.0]
    }
    assert {name: mask.tolist() for name, mask in events.groups().items()} == {
        "no": [False, True],
        "yes": [True, False],
    }


def test_multiclass_counts_each_label() -> None:
    """Each label has its own share."""
    events = explored(["c", "a"], kind="multiclass", labels=("a", "b", "c"))
    shares = [values.tolist() for values in events.quantities().values()]
    assert shares == [[0, 1], [0, 0], [1, 0]]


def test_regression_averages_and_compares_thirds() -> None:
    """A number has a mean, and its groups are thirds that hold every row once."""
    events = explored([*range(9)], kind="regression")
    assert np.mean(events.quantities()["mean"]) == 4
    assert sum(mask.astype(int) for mask in events.groups().values()).tolist() == [1] * 9
