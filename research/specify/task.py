"""The task `specify`: checks what was learned against what is promised, and writes the draft."""

from __future__ import annotations

from typing import TYPE_CHECKING

from contracts.contract.provenance import Provenance, libraries
from contracts.contract.terms import Learning, Terms
from contracts.golden import Golden, pick
from contracts.moment import iso
from contracts.publication.draft import write_draft
from contracts.publication.repository import commit
from contracts.report.write import write
from contracts.schema.pandera import columns_of, frame_schema
from research.specify.evidence import conform, gather
from research.specify.outputs import outputs
from research.specify.page import data, page
from research.specify.promise import kept

if TYPE_CHECKING:
    from pathlib import Path

    import pandera.pandas as pandera

    from contracts.clock import Clock
    from contracts.contract import Contract
    from contracts.ports import Learner, Source
    from contracts.report.page import Head
    from research.learn.result import Result
    from research.specify.evidence import Evidence
    from research.specify.promise import Promise
    from research.target import Target

LIBRARIES = (
    "liaison-lifecycle",
    "numpy",
    "onnxruntime",
    "pandas",
    "pandera",
    "pyarrow",
    "scikit-learn",
)
#: The draft's folder inside the task's output.
DRAFT = "draft"


def specify(
    *,
    source: Source,
    target: Target,
    learner: Learner,
    inputs: pandera.DataFrameSchema,
    promise: Promise,
    learned: Result,
    output: Path,
    head: Head,
    clock: Clock,
    repo: Path,
) -> Contract:
    """Write the draft of a contract and a report of it into a folder, and return the contract.

    Args:
        source: Where the rows come from.
        target: What is predicted.
        learner: The solution.
        inputs: The schema of a frame to predict, as research wrote it.
        promise: Version, metrics with thresholds, clauses with tolerances.
        learned: What learning found.
        output: The folder of ``report.*``; the draft goes into its folder ``draft``.
        head: What made the report.
        clock: Tells when the draft was made.
        repo: The git work tree whose commit made it.

    Raises:
        ContractError: A threshold or a skill is missed, a schema check does not survive the round
            trip, a clause is unknown, or there is no commit.
        DataError: Rows do not conform, or the solution no longer scores what was learned.
    """
    columns, predicted = columns_of(inputs), frame_schema(outputs(target))
    terms = _terms(target, promise, learned)
    found = gather(source, target=target, learner=learner, learned=learned)
    conform(found, inputs=inputs, outputs=predicted)
    rows = pick(found.test.rows, columns, seed=learned.plan.seed, n=promise.golden)
    recorded = Golden(rows=rows, expected=found.model.predict(rows))
    draft = write_draft(
        output / DRAFT,
        terms,
        inputs=inputs,
        outputs=predicted,
        recorded=recorded,
        origin=origin(found, learned, clock=clock, repo=repo),
        header=f"What research promises of {target.product}, and what makes two models one.",
    )
    said = {"terms": terms, "recorded": recorded, "events": found.events.num_rows}
    write(page(draft, **said, head=head), data(draft, **said), output)
    return draft


def _terms(target: Target, promise: Promise, learned: Result) -> Terms:
    return Terms(
        product=target.product,
        version=promise.version,
        kind=target.kind,
        labels=target.labels,
        labels_open=target.labels_open,
        metrics=kept(promise, learned),
        clauses=promise.clauses,
        learning=learning(learned),
    )


def learning(learned: Result) -> Learning:
    """Return how the recorded state was learned."""
    plan = learned.plan
    return Learning(
        params=learned.params,
        seed=plan.seed,
        start=plan.start,
        end=plan.end,
        known_by=plan.end,
        test_start=plan.test_start,
        test_end=plan.test_end,
        day_offset=learned.day_offset,
    )


def origin(found: Evidence, learned: Result, *, clock: Clock, repo: Path) -> Provenance:
    """Return where the contract comes from."""
    return Provenance(
        commit=commit(repo),
        data=found.digest,
        libraries=libraries(LIBRARIES),
        seed=learned.plan.seed,
        created=iso(clock.now()),
    )
