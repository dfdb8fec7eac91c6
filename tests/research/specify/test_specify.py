import re
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import msgspec
import pandera.pandas as pa
import pytest

from contracts.config.product import Period, Plan
from contracts.contract import Contract, load
from contracts.contract import card as figures
from contracts.contract.terms import ClauseTerm, Learning, MetricTerm, Specification
from contracts.data.baseline import YesterdaysRate
from contracts.errors import ContractError, DataError
from contracts.host.clock import VirtualClock
from contracts.moment import DAY, iso
from contracts.ports import Source
from contracts.publication.specification import output_columns
from contracts.report.page import Head
from contracts.schema.pandera import columns_of
from research.learn.result import LearningResult, read
from research.learn.task import learn
from research.specify.task import specify
from tests.suites.target import Target

START = 1_357_016_400_000_000
CUT, END = START + 28 * DAY, START + 42 * DAY
LABELS = ("in_time", "late")
INTENT = Learning(
    params={"shrink": 5.0},
    seed=0,
    start=START,
    end=CUT,
    known_by=CUT,
    test_start=CUT,
    test_end=END,
    day_offset="5h",
)


def inputs(**changes: Any) -> pa.DataFrameSchema:
    """The small product's schema, with changes."""
    columns = {
        "colour": pa.Column("str", pa.Check.isin(["red", "green", "blue"])),
        "size": pa.Column("float64", [pa.Check.finite(), pa.Check.ge(0), pa.Check.le(1)]),
        "heat": pa.Column("float64", pa.Check.finite(), nullable=True),
    }
    return pa.DataFrameSchema({**columns, **changes}, strict=True, ordered=True)


PROMISE = Specification(
    product="toy",
    version="1.0.0",
    kind="binary",
    labels=LABELS,
    labels_open=False,
    input_columns=columns_of(inputs()),
    output_columns=output_columns("binary", LABELS),
    metrics=(
        MetricTerm(name="log_loss", direction="lower", threshold=0.9),
        MetricTerm(name="roc_auc", direction="higher", threshold=0.4),
    ),
    clauses=(ClauseTerm(name="golden", pair="recorded", tolerance={"absolute": 0.01}),),
    learning=INTENT,
    golden_rows=50,
)


@pytest.fixture(scope="session")
def repo(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A git repository with one commit."""
    folder = tmp_path_factory.mktemp("repo")
    who = ("-c", "user.name=r", "-c", "user.email=r@localhost", "-c", "commit.gpgsign=false")
    for words in (("init", "-q"), (*who, "commit", "-q", "--allow-empty", "-m", "one")):
        subprocess.run(["git", "-C", str(folder), *words], check=True)
    return folder


@pytest.fixture(scope="module")
def learned(
    source: Source,
    target: Target,
    learners: type,
    head: Callable[[str], Head],
    tmp_path_factory: pytest.TempPathFactory,
) -> LearningResult:
    """The result of learning the small product."""
    folder = tmp_path_factory.mktemp("learned")
    learn(
        source=source,
        inputs=PROMISE.input_columns,
        target=target,
        learner=learners(),
        baseline=YesterdaysRate(kind="binary", offset="5h"),
        plan=Plan(
            window=Period(start=iso(START), end=iso(CUT)),
            test=Period(start=iso(CUT), end=iso(END)),
            metrics=("log_loss", "roc_auc"),
            folds=1,
            horizon="7d",
            trials=0,
            seed=0,
            params={"shrink": 5.0},
            space={},
            repeats=20,
        ),
        output=folder,
        head=head("learn"),
        day_offset="5h",
    )
    return read(folder)


@pytest.fixture
def draft(  # noqa: PLR0917 - fixtures are arguments
    source: Source,
    learner: Any,
    learned: LearningResult,
    head: Callable[[str], Head],
    repo: Path,
    tmp_path: Path,
) -> Callable[..., Contract]:
    """Writes the draft of the small product's contract, with changes."""

    def write(**changes: Any) -> Contract:
        given: dict[str, Any] = {
            "source": source,
            "learner": learner,
            "specification": PROMISE,
            "learned": learned,
            "output": tmp_path / "specify",
            "head": head("specify"),
            "clock": VirtualClock(END),
            "repo": repo,
        }
        return specify(**given | changes)

    return write


def test_a_draft_holds_what_was_learned(
    draft: Callable[..., Contract], learned: LearningResult, tmp_path: Path
) -> None:
    """It is written beside its report, with schemas, observations, windows and provenance."""
    made = draft()
    assert made.folder == tmp_path / "specify" / "draft"
    assert load(made.folder) == made
    assert made.inputs == ("colour", "size", "heat")
    assert made.outputs == ("late",)
    assert made.metrics[0].observed == learned.scores["log_loss"].solution
    assert (made.learning.known_by, made.learning.test_end) == (CUT, END)
    assert made.provenance.created == "2013-02-12T05:00:00Z"
    assert len(made.provenance.commit) == 40


def test_the_report_names_promise_and_next_step(
    draft: Callable[..., Contract], tmp_path: Path
) -> None:
    """The page says how to publish; the JSON has digest, metrics and counts."""
    made = draft()
    page = (tmp_path / "specify/report.html").read_text("utf-8")
    assert f"python -m contracts product={made.product} task=publish" in page
    assert '<td class="t">red green blue</td>' in page
    report = msgspec.json.decode((tmp_path / "specify/report.json").read_bytes())
    assert report["contract"] == {"version": "1.0.0", "digest": made.digest}
    assert (report["golden"], report["checked"]) == (50, 42 * 40)


def test_a_draft_has_the_card_of_what_was_measured(
    draft: Callable[..., Contract], learned: LearningResult, source: Source
) -> None:
    """Its counts are the rows', its scores are learning's; publishing takes it along."""
    made = draft()
    card = figures.read(made.folder, digest=made.digest)
    assert card is not None
    known = source.window(START, CUT, known_by=CUT)
    assert card.training.events == known.num_rows
    assert card.training.outcomes == known.num_rows - known["outcome"].null_count
    assert card.training.labels == (known["outcome"].to_pylist().count(False),
                                    known["outcome"].to_pylist().count(True))  # fmt: skip
    assert card.scores["log_loss"].gain == learned.scores["log_loss"].gain
    assert card.calibration == learned.calibration
    assert sum(each.rows for each in card.segments if each.column == "colour") == learned.tested
    seen = {each.name: each for each in card.columns}
    assert (seen["colour"].values, seen["colour"].least) == (3, None)
    assert 0 <= seen["size"].least < seen["size"].most <= 1  # type: ignore[operator]
    assert seen["heat"].missing == pytest.approx(1 / 9, abs=0.02)
    assert seen["heat"].moved > 1, "heat comes in February"
    document = (made.folder / figures.DOCUMENT).read_text("utf-8")
    assert "shifted between training and test: `heat`" in document


def test_a_draft_says_which_solution_it_is_made_with(draft: Callable[..., Contract]) -> None:
    """And which commit, as it was before the fit."""
    assert draft(solution="abc").provenance.solution == "abc"


def test_the_same_evidence_gives_the_same_digest(draft: Callable[..., Contract]) -> None:
    """Specifying again does not change the digest."""
    assert draft().digest == draft().digest


def refuses(
    draft: Callable[..., Contract], error: type[Exception], message: str, **how: Any
) -> None:
    """Assert that a draft with changes is refused."""
    with pytest.raises(error, match=message):
        draft(**how)


def promised(**changes: Any) -> Specification:
    """The specification with another first metric."""
    first = msgspec.structs.replace(PROMISE.metrics[0], **changes)
    return msgspec.structs.replace(PROMISE, metrics=(first, *PROMISE.metrics[1:]))


def with_schema(**changes: Any) -> Specification:
    """The specification with other input columns."""
    return msgspec.structs.replace(PROMISE, input_columns=columns_of(inputs(**changes)))


def learned_by(**changes: Any) -> Specification:
    """The specification with another way of learning."""
    return msgspec.structs.replace(PROMISE, learning=msgspec.structs.replace(INTENT, **changes))


def test_a_missed_threshold_is_refused(draft: Callable[..., Contract], tmp_path: Path) -> None:
    """The error names the metric, and no draft is written."""
    refuses(draft, ContractError, "log_loss: observed 0", specification=promised(threshold=0.1))
    assert not (tmp_path / "specify/draft").exists()


def test_a_missed_skill_is_refused(draft: Callable[..., Contract]) -> None:
    """Research cannot promise a gain over the baseline that it does not reach."""
    wanted = promised(skill=0.5)
    refuses(draft, ContractError, "log_loss: gained .*, promised 0.5", specification=wanted)


def test_a_metric_that_was_not_scored_is_refused(draft: Callable[..., Contract]) -> None:
    """Only a metric that learning scored can be promised."""
    refuses(draft, ContractError, "not brier", specification=promised(name="brier"))


def test_rows_that_do_not_conform_are_refused(draft: Callable[..., Contract]) -> None:
    """The error names the column and the check."""
    column = pa.Column("float64", [pa.Check.finite(), pa.Check.ge(0.5)])
    refuses(draft, DataError, "size: .*refuses", specification=with_schema(size=column))


def test_a_schema_of_other_columns_is_refused(draft: Callable[..., Contract]) -> None:
    """The schema's columns are the source's, in its order."""
    wanted = with_schema(more=pa.Column("int64"))
    refuses(draft, DataError, "not the source's", specification=wanted)


def test_a_stale_result_is_refused(draft: Callable[..., Contract], learned: LearningResult) -> None:
    """If the solution no longer scores what learning recorded, learn again first."""
    stale = msgspec.structs.replace(learned, params={"shrink": 900.0})
    wanted = learned_by(params={"shrink": 900.0})
    refuses(draft, DataError, "no longer scores", learned=stale, specification=wanted)


def test_differing_scores_are_shown_with_differing_digits(
    draft: Callable[..., Contract], learned: LearningResult
) -> None:
    """Two different figures never look equal."""
    score = learned.scores["log_loss"]
    value = msgspec.structs.replace(score.solution, value=score.solution.value + 2e-9)
    scores = {**learned.scores, "log_loss": msgspec.structs.replace(score, solution=value)}
    with pytest.raises(DataError, match="no longer scores") as caught:
        draft(learned=msgspec.structs.replace(learned, scores=scores))
    was, now = re.findall(r"[\d.]+", caught.value.details[0])
    assert was != now


def test_rows_are_checked_before_the_solution_is_fitted(
    draft: Callable[..., Contract], learned: LearningResult, learner: Any
) -> None:
    """Rows that do not conform are reported as such, not as another score."""
    stale = msgspec.structs.replace(learned, params={"shrink": 900.0})
    column = pa.Column("float64", [pa.Check.finite(), pa.Check.ge(0.5)])
    changed = msgspec.structs.replace(
        with_schema(size=column), learning=learned_by(params={"shrink": 900.0}).learning
    )
    refuses(draft, DataError, "size: .*refuses", learned=stale, specification=changed)
    assert learner.seen == []


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"seed": 1}, "seed: 0 → 1"),
        ({"day_offset": "4h"}, "day_offset: 5h → 4h"),
        ({"test_end": END + DAY}, "test_end: 2013-02-12"),
        ({"params": {"shrink": 6.0}}, "shrink: 5 → 6"),
        ({"params": {}, "tuned": ("shrink", "depth")}, "depth: not given → searched"),
    ],
)
def test_a_result_learned_otherwise_is_refused(
    draft: Callable[..., Contract], changes: dict[str, Any], message: str
) -> None:
    """Windows, seed and parameters of the result have to be the configured ones."""
    refuses(draft, ContractError, message, specification=learned_by(**changes))


def test_a_searched_parameter_gets_the_value_found(draft: Callable[..., Contract]) -> None:
    """The specification names it only, the draft has the value that the search chose."""
    made = draft(specification=learned_by(params={}, tuned=("shrink",)))
    assert made.learning.params == {"shrink": 5.0}


def test_a_schema_that_cannot_be_stored_is_refused() -> None:
    """A lambda is lost in YAML: the error names the column before anything is fitted."""
    column = pa.Column("float64", pa.Check(lambda size: size < 2))
    with pytest.raises(ContractError, match="'size'"):
        with_schema(size=column)
