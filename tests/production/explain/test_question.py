"""What may be asked about, and what is answered to a question that cannot be."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from contracts.errors import ConfigError, StateError, UnknownNameError
from contracts.moment import DAY
from tests.production.explain.asked import ask, change, control

if TYPE_CHECKING:
    from collections.abc import Callable

pytestmark = pytest.mark.usefixtures("toy")


@pytest.fixture
def assembly(operation: Callable[..., Any]) -> Any:
    """Two generations on record, and a pin."""
    case, _ = operation("gate=open", until=20).run()
    control(case).pin(change(20 * DAY))
    return case


def test_each_question_is_answered_with_what_it_was_about(assembly: Any) -> None:
    """A generation, a manifest, a moment, a decision; nothing asks about the champion."""
    answered = {
        of: (answer.kind, answer.of)
        for of in (None, "1.0.0/1", "1", "manifest 2", "1970-01-20T00:00Z", "last", "train", "pin")
        for answer in [ask(assembly, of)]
    }
    pin = ("decision", "pin at 1970-01-21T00:00:00Z")
    assert answered == {
        None: ("generation", "1.0.0/2"),
        "1.0.0/1": ("generation", "1.0.0/1"),
        "1": ("manifest", "manifest 1"),
        "manifest 2": ("manifest", "manifest 2"),
        "1970-01-20T00:00Z": ("moment", "1970-01-20T00:00:00Z"),
        "last": pin,
        "train": ("training", "the training asked for at 1970-01-19T00:00:00Z"),
        "pin": pin,
    }


@pytest.mark.parametrize(
    ("of", "kind", "match"),
    [
        ("1.0.0/22", UnknownNameError, r"did you mean '1.0.0/2'.*\n?.*1.0.0/1 to 1.0.0/2"),
        ("manifest 9", UnknownNameError, "manifests 1 to 2; a generation is asked for as 1.0.0/9"),
        ("1970-01-05T00:00:00Z", StateError, "went into service at 1970-01-13T00:00:00Z"),
        ("1970-02-05T00:00:00Z", ConfigError, "lies in the future"),
        ("1970-01-20", ConfigError, "ISO 8601 time with its offset"),
        ("last rolback", UnknownNameError, "did you mean 'rollback'"),
        ("rollback", UnknownNameError, "no decision 'rollback' on record"),
    ],
)
def test_a_question_without_an_answer_names_what_can_be_asked(
    assembly: Any, of: str, kind: type[Exception], match: str
) -> None:
    """The near match, the valid range, or the way to ask."""
    with pytest.raises(kind) as error:
        ask(assembly, of, now=21 * DAY)
    assert error.match(match)


def test_before_the_first_deployment_there_is_nothing_to_ask_about(
    operation: Callable[..., Any],
) -> None:
    """The error names the command that deploys."""
    with pytest.raises(StateError, match="task=deploy product=toy"):
        ask(operation("gate=open").build())
