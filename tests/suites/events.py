"""What every event log must do; the test file of a database only builds one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from contracts.errors import DataError, IntegrityError
from production.feedback.batch import Events
from production.feedback.events import EventLog

if TYPE_CHECKING:
    from collections.abc import Sequence

    from production.database.database import Database

IDS = ["a", "b", "c"]


def events(ids: Sequence[str] = IDS, **changes: Any) -> Events:
    """Return events at the times 0, 1, 2 and so on."""
    rows = len(ids)
    columns: dict[str, Any] = {
        "id": ids,
        "key": [f"key-{name}" for name in ids],
        "time": np.arange(rows),
        "release": "1.0.0",
        "generation": 1,
        "manifest": 1,
        "propensity": 1.0,
        "prediction": np.linspace(0.1, 0.9, rows).reshape(rows, 1),
    }
    return Events(**{**columns, **changes})


class EventSuite:
    """Inherit it and give the fixture `database`: an empty one."""

    def test_events_read_back(self, database: Database) -> None:
        """Events are returned as they were served, by time and then id, every column."""
        served = events(
            ["b", "a", "c"],
            time=np.array([5, 5, 1]),
            generation=[1, 2, 3],
            propensity=[0.5, 0.25, 1.0],
            prediction=np.array([[0.1, 0.9], [0.2, 0.8], [1 / 3, 2 / 3]]),
            features=["x", None, "z"],
        )
        EventLog(database).record("p", served)
        logged = EventLog(database).served("p", 0, 6)
        assert logged.id == ["c", "a", "b"]
        assert logged.key == ["key-c", "key-a", "key-b"]
        assert logged.time.tolist() == [1, 5, 5]
        assert logged.release == ["1.0.0"] * 3
        assert list(logged.generation) == [3, 2, 1]
        assert list(logged.propensity) == [1.0, 0.25, 0.5]
        assert logged.features == ["z", None, "x"]
        np.testing.assert_array_equal(logged.prediction, served.prediction[[2, 1, 0]])

    def test_many_events_once(self, database: Database) -> None:
        """Of many events recorded again with new ones between them, only the new ones are added."""
        log, names = EventLog(database), [f"{at:03d}" for at in range(200)]
        assert log.record("p", events(names[::3])).accepted == 67
        again = log.record("p", events(names))
        assert (again.received, again.accepted, again.duplicate) == (200, 133, 67)
        assert log.served("p", 0, 200).id[:3] == ["000", "001", "003"]
        assert sorted(log.served("p", 0, 200).id) == names

    def test_event_once(self, database: Database) -> None:
        """An event served twice under one id stands as it was served first."""
        log = EventLog(database)
        log.record("p", events(["a"]))
        again = log.record("p", events(["a", "b"], generation=2))
        assert (again.received, again.accepted, again.duplicate) == (2, 1, 1)
        assert list(log.served("p", 0, 9).generation) == [1, 2]

    @pytest.mark.parametrize(
        ("change", "fault"),
        [
            ({"id": ["a", None, "c"]}, "None: id: expected an id of 1 to 1000 bytes, got None"),
            ({"id": ["a", "", "c"]}, "'': id: expected an id of 1 to 1000 bytes, got ''"),
            ({"id": ["a", 7, "c"]}, "7: id: expected an id of 1 to 1000 bytes, got 7"),
            (
                {"id": ["a", "b\ud800", "c"]},
                "'b\\ud800': id: expected an id of 1 to 1000 bytes, got 'b\\ud800'",
            ),
            (
                {"id": ["a", "b\0", "c"]},
                "'b\\x00': id: expected an id of 1 to 1000 bytes, got 'b\\x00'",
            ),
            (
                {"id": ["a", "ä" * 501, "c"]},
                f"'{'ä' * 198}…: id: expected an id of 1 to 1000 bytes, got '{'ä' * 198}…",
            ),
            ({"key": ["a", None, "c"]}, "'b': key: expected text, got None"),
            ({"time": [0, 1.5, 2]}, "'b': time: expected microseconds, got 1.5"),
            ({"time": [0, 2**63, 2]}, f"'b': time: expected microseconds, got {2**63}"),
            ({"release": ["1", None, "1"]}, "'b': release: expected text, got None"),
            ({"generation": [1, None, 1]}, "'b': generation: expected an integer, got None"),
            ({"propensity": [1, np.nan, 1]}, "'b': propensity: expected a probability, got nan"),
            ({"propensity": [1, 1.5, 1]}, "'b': propensity: expected a probability, got 1.5"),
            (
                {"propensity": np.array([1, np.nan, 1])},
                "'b': propensity: expected a probability, got nan",
            ),
            (
                {"propensity": np.array([1, -0.5, 1])},
                "'b': propensity: expected a probability, got -0.5",
            ),
            (
                {"generation": np.array([1, 1.5, 1], object)},
                "'b': generation: expected an integer, got 1.5",
            ),
            ({"manifest": [1, "1", 1]}, "'b': manifest: expected an integer, got '1'"),
            ({"features": ["x", "\0", "z"]}, "'b': features: expected text or none, got '\\x00'"),
            ({"features": ["x", 7, None]}, "'b': features: expected text or none, got 7"),
            (
                {"prediction": np.array([[0.1], [np.nan], [0.3]])},
                "'b': prediction: expected finite numbers, got None",
            ),
            (
                {"prediction": np.array([[0.1], [np.inf], [0.3]])},
                "'b': prediction: expected finite numbers, got None",
            ),
        ],
    )
    def test_a_malformed_event_is_rejected_alone(
        self, database: Database, change: dict[str, Any], fault: str
    ) -> None:
        """The others of its batch are recorded, and the receipt says which was not, and why."""
        receipt = EventLog(database).record("p", events(**change))
        assert (receipt.received, receipt.accepted, receipt.rejected) == (3, 2, 1)
        assert receipt.rejections == (fault,)
        assert EventLog(database).served("p", 0, 9).id == ["a", "c"]

    @pytest.mark.parametrize("column", ["generation", "manifest", "time"])
    def test_words_are_no_numbers(self, database: Database, column: str) -> None:
        """A column of numbers takes no text, although all of it is well-formed text."""
        receipt = EventLog(database).record("p", events(**{column: ["1", "2", "3"]}))
        assert (receipt.accepted, receipt.rejected) == (0, 3)

    @pytest.mark.parametrize(
        "predictions", [np.zeros(3), np.zeros((2, 1)), np.array([["x"]] * 3), np.full((3, 1), None)]
    )
    def test_predictions_of_another_shape_are_refused(
        self, database: Database, predictions: Any
    ) -> None:
        """What is no array of numbers with a row for each event is the caller's mistake."""
        with pytest.raises(DataError, match=r"expected predictions of shape \(3, k\)"):
            EventLog(database).record("p", events(prediction=predictions))

    def test_lengths(self, database: Database) -> None:
        """Columns of different lengths are refused, naming the one."""
        with pytest.raises(DataError, match="3 rows in column 'key', got 1"):
            EventLog(database).record("p", events(key=["x"]))

    def test_widths_do_not_mix(self, database: Database) -> None:
        """Predictions of two widths cannot be read as one array, and the error says so."""
        EventLog(database).record("p", events(["a"]))
        EventLog(database).record("p", events(["b"], prediction=np.array([[0.4, 0.6]])))
        with pytest.raises(IntegrityError, match="one width"):
            EventLog(database).served("p", 0, 9)
