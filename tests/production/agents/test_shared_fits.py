"""Fits that runs share: one is made, and the others come to the same as if they had made it."""

from __future__ import annotations

import fcntl
import subprocess
import sys
from typing import TYPE_CHECKING, Any

import msgspec
import numpy as np
import pyarrow as pa
import pytest

from production.agents.fit_key import fit_key, rows_digest
from production.agents.fit_store import FitStore, Turns
from production.agents.shared_fits import SharedFits
from production.backtest.result import report_data

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path
    from types import ModuleType

GIVEN: dict[str, Any] = {"params": {}, "seed": 3}
ROWS = pa.table({"colour": ["red", "blue", "red"], "outcome": [True, False, False]})
#: Variants of one learner with equal fits among them.
VARIANTS = {
    "adaptive": ("lifecycle=adaptive",),
    "open": ("lifecycle=open",),
    "interactive": ("lifecycle=interactive",),
    "ungated": ("lifecycle=adaptive", "gate=open"),
    "twice": ("lifecycle=adaptive", "trigger.every=12d"),
}

OURS, THEIRS = "5" * 64, "6" * 64
#: Takes a turn, says so, waits to be told, and takes another.
OTHER = """
import sys
from pathlib import Path
from production.agents.fit_store import Turns

turns = Turns(Path(sys.argv[1]))
turns.take(sys.argv[2])
print("taken", flush=True)
sys.stdin.readline()
turns.take(sys.argv[3])
print("both", flush=True)
turns.end()
"""


def finished(case: Any) -> Any:
    """Return all that a report says of a finished run, but for how long it took and who fitted."""
    return told(msgspec.json.decode(msgspec.json.encode(report_data(case.score()))))


def told(value: Any) -> Any:
    """Return a value without seconds, and without what was shared."""
    if isinstance(value, dict):
        left = {key: told(each) for key, each in value.items() if "seconds" not in key}
        return {key: each for key, each in left.items() if key not in {"shared", "words"}}
    return [told(each) for each in value] if isinstance(value, list) else value


def shared(toy: ModuleType, folder: Path, **options: int) -> tuple[Any, SharedFits]:
    """Return a learner that counts its fits, and its fits as a process would share them."""
    learner = toy.Learner(**options)
    return learner, SharedFits(learner, identity="toy", folder=folder)


def test_variants_that_share_their_fits_come_to_what_they_come_to_alone(
    operations: Callable[..., Any], toy: ModuleType, tmp_path: Path
) -> None:
    """Reports and artifacts are equal, what was equal is fitted once, and each pays for its own."""
    alone, together, fits = {}, {}, {True: 0, False: 0}
    original = toy.Learner.fit

    def counted(self: Any, rows: pa.Table, **given: Any) -> Any:
        fits[sharing] += 1
        return original(self, rows, **given)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(toy.Learner, "fit", counted)
        for sharing, results in ((False, alone), (True, together)):
            folder = tmp_path / "fits" if sharing else None
            for name, words in VARIANTS.items():
                case = operations(tmp_path, *words, until=34, state=f"{name}-{sharing}")
                case.given["shared_fits"] = folder
                results[name] = finished(case), case
    for name in VARIANTS:
        assert together[name][0] == alone[name][0]
        stores = [each[name][1].state / "artifacts" / "published" for each in (alone, together)]
        assert len({tuple(sorted(path.name for path in store.iterdir())) for store in stores}) == 1
    runs = {name: case.backtest() for name, (_, case) in together.items()}
    taken = {name: run.shared.fits for name, run in runs.items()}
    assert taken["adaptive"] == 0
    assert min(taken[name] for name in VARIANTS if name != "adaptive") > 0
    assert fits[False] - fits[True] == sum(taken.values())
    for run in runs.values():
        assert run.training_seconds >= run.shared.seconds


def test_what_was_asked_of_no_model_yet_a_fit_answers(toy: ModuleType, tmp_path: Path) -> None:
    """Predictions and files of the first model are read; for other rows the second one fits."""
    learner, first = shared(toy, tmp_path / "fits")
    trained = first.fit(ROWS, **GIVEN)
    expected = trained.model.predict(ROWS)
    first.end()
    again, second = shared(toy, tmp_path / "fits")
    taken = second.fit(ROWS, **GIVEN)
    assert np.array_equal(taken.model.predict(ROWS), expected)
    assert (learner.fits, again.fits, taken.seconds) == (1, 0, trained.seconds)
    assert np.array_equal(taken.model.predict(ROWS.slice(1)), expected[1:])
    (tmp_path / "files").mkdir()
    taken.model.write(tmp_path / "files")
    assert again.fits == 1
    assert toy.Rates.read(tmp_path / "files").rates.shape == (3,)


def test_what_is_kept_and_broken_is_fitted_anew(toy: ModuleType, tmp_path: Path) -> None:
    """A changed file of an artifact, or of a fit, is never read as if it were whole."""
    _, first = shared(toy, tmp_path / "fits")
    expected = first.fit(ROWS, **GIVEN).model.predict(ROWS)
    first.end()
    (file,) = (tmp_path / "fits" / "artifacts" / "published").glob("*/predictions.npy")
    file.chmod(0o644)
    file.write_bytes(file.read_bytes()[:-1] + b"\0")
    learner, second = shared(toy, tmp_path / "fits")
    assert np.array_equal(second.fit(ROWS, **GIVEN).model.predict(ROWS), expected)
    assert learner.fits == 1
    second.end()
    (record,) = (tmp_path / "fits" / "fits").iterdir()
    record.write_bytes(record.read_bytes()[:-3])
    learner, third = shared(toy, tmp_path / "fits")
    assert np.array_equal(third.fit(ROWS, **GIVEN).model.predict(ROWS), expected)
    assert (learner.fits, third.taken.fits) == (1, 0)


def test_a_fit_that_fails_is_not_kept(toy: ModuleType, tmp_path: Path) -> None:
    """The next run fits itself, and raises what its own learner raises."""
    _, first = shared(toy, tmp_path / "fits", raises=1)
    with pytest.raises(MemoryError):
        first.fit(ROWS, **GIVEN)
    first.end()
    learner, second = shared(toy, tmp_path / "fits")
    second.fit(ROWS, **GIVEN)
    assert (learner.fits, second.taken.fits) == (1, 0)


def test_the_key_goes_by_all_that_a_fit_is_made_from() -> None:
    """Learner, rows, parameters and seed each change it; chunks of the rows do not."""
    keys = [
        fit_key("a", ROWS, {"x": 1}, 0),
        fit_key("b", ROWS, {"x": 1}, 0),
        fit_key("a", ROWS.slice(1), {"x": 1}, 0),
        fit_key("a", ROWS, {"x": 2}, 0),
        fit_key("a", ROWS, {"x": 1}, 1),
    ]
    assert len(set(keys)) == len(keys)
    chunks = pa.concat_tables([ROWS.slice(0, 1), ROWS.slice(1)])
    assert fit_key("a", chunks, {"x": 1}, 0) == keys[0]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (pa.array(["ab", "c"]), pa.array(["a", "bc"])),
        (pa.array([0, None]), pa.array([0, 0])),
        (pa.array(["", None]), pa.array(["", ""])),
        (pa.array([None, 1.0]), pa.array([1.0, None])),
        (pa.array([1]), pa.array([1.0])),
        (pa.array([True]), pa.array([1])),
        (pa.array([1], pa.timestamp("us", "UTC")), pa.array([1], pa.timestamp("ms", "UTC"))),
    ],
)
def test_the_digest_of_rows_tells_values_apart_that_look_alike(
    one: pa.Array, other: pa.Array
) -> None:
    """Nulls, types, and where one text ends and the next begins all count."""
    assert rows_digest(pa.table({"x": one})) != rows_digest(pa.table({"x": other}))
    assert rows_digest(pa.table({"x": one})) != rows_digest(pa.table({"y": one}))
    sliced = pa.concat_arrays([one, one]).slice(len(one))
    assert rows_digest(pa.table({"x": sliced})) == rows_digest(pa.table({"x": one}))


@pytest.fixture
def other(tmp_path: Path) -> Iterator[subprocess.Popen[str]]:
    """Another process that has the turn of `THEIRS`, and takes that of `OURS` when told to."""
    FitStore(tmp_path)
    words = [sys.executable, "-c", OTHER, str(tmp_path), THEIRS, OURS]
    pipe = subprocess.PIPE
    with subprocess.Popen(words, stdin=pipe, stdout=pipe, text=True) as process:
        assert process.stdout
        assert process.stdout.readline() == "taken\n"
        yield process
        process.kill()


def test_a_killed_process_gives_up_its_turn(tmp_path: Path, other: subprocess.Popen[str]) -> None:
    """No other has the turn of a fit before; other fits have turns of their own."""
    assert not free(tmp_path, THEIRS)
    assert free(tmp_path, OURS)
    other.kill()
    turns = Turns(tmp_path)
    turns.take(THEIRS)
    turns.end()
    assert free(tmp_path, THEIRS)


def test_processes_that_would_wait_for_each_other_go_on(
    tmp_path: Path, other: subprocess.Popen[str]
) -> None:
    """Each has the turn that the other wants: one of the two goes on without it."""
    turns = Turns(tmp_path)
    turns.take(OURS)
    assert other.stdin
    assert other.stdout
    other.stdin.write("go on\n")
    other.stdin.flush()
    turns.take(THEIRS)
    turns.end()
    assert other.stdout.readline() == "both\n"


def free(folder: Path, key: str) -> bool:
    """Return whether no process has the turn of a fit."""
    with (folder / "turns.lock").open("r+b") as file:
        try:
            fcntl.lockf(file, fcntl.LOCK_EX | fcntl.LOCK_NB, 1, int(key[:15], 16))
        except OSError:
            return False
    return True
