import numpy as np
import pyarrow as pa

from research.target import Target


def test_binary_counts_the_positive() -> None:
    """Of two labels the second is the positive: true is 1, and its mean is the rate."""
    target = Target(product="p", kind="binary", labels=("no", "yes"))
    y = target.numbers(pa.array([True, False]))
    assert y.tolist() == [1.0, 0.0]
    assert {name: values.tolist() for name, values in target.quantities(y).items()} == {
        "yes": [1.0, 0.0]
    }
    assert {name: mask.tolist() for name, mask in target.groups(y).items()} == {
        "no": [False, True],
        "yes": [True, False],
    }


def test_multiclass_counts_each_label() -> None:
    """Each label has its own share."""
    target = Target(product="p", kind="multiclass", labels=("a", "b", "c"))
    y = target.numbers(pa.array(["c", "a"]))
    assert [values.tolist() for values in target.quantities(y).values()] == [[0, 1], [0, 0], [1, 0]]


def test_regression_averages_and_compares_thirds() -> None:
    """A number has a mean, and its groups are thirds that hold every row once."""
    target = Target(product="p", kind="regression")
    y = target.numbers(pa.array(range(9)))
    assert np.mean(target.quantities(y)["mean"]) == 4
    assert sum(mask.astype(int) for mask in target.groups(y).values()).tolist() == [1] * 9
