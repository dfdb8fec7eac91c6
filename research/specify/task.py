"""The task `specify`: checks what was learned against what is promised, and writes the draft."""

from __future__ import annotations

from typing import TYPE_CHECKING

from contracts.contract.golden import Golden, pick
from contracts.contract.provenance import Provenance
from contracts.data.predictions import predict
from contracts.moment import iso
from contracts.publication.draft import write_draft
from contracts.publication.repository import commit
from contracts.report.page import installed_versions
from contracts.report.write import write_report
from research.specify.evidence import conform, gather
from research.specify.page import data, page
from research.specify.promise import measured

if TYPE_CHECKING:
    from pathlib import Path

    from contracts.contract import Contract
    from contracts.contract.terms import Specification
    from contracts.host.clock import Clock
    from contracts.ports import Learner, Source
    from contracts.report.page import Head
    from research.learn.result import LearningResult
    from research.specify.evidence import Evidence

LIBRARIES = (
    "liaison-lifecycle",
    "numpy",
    "onnxruntime",
    "pandas",
    "pandera",
    "pyarrow",
    "scikit-learn",
)
#: Editors find the document's schema by the second line, where the contract lies published.
HEADER = """\
What research promises of {product}, and what makes two models one.
yaml-language-server: $schema=../../contract.schema.json"""
#: The draft's folder inside the task's output.
DRAFT = "draft"


def specify(
    *,
    source: Source,
    learner: Learner,
    specification: Specification,
    learned: LearningResult,
    output: Path,
    head: Head,
    clock: Clock,
    repo: Path,
) -> Contract:
    """Write the draft of a contract and a report of it into a folder, and return the contract.

    Args:
        source: Where the rows come from.
        learner: The solution.
        specification: What is decided: schemas, metrics with thresholds, clauses with tolerances.
        learned: What learning found.
        output: The folder of ``report.*``; the draft goes into its folder ``draft``.
        head: What made the report.
        clock: Tells when the draft was made.
        repo: The git work tree whose commit made it.

    Raises:
        ContractError: It was learned in another way than specified, a threshold or a skill is
            missed, a clause is unknown, or there is no commit.
        DataError: Rows do not conform, predictions are not as specified, or the solution no longer
            scores what was learned.
        LeakError: The source hands over more than was known.
    """
    terms, columns = measured(specification, learned), specification.input_columns
    found = gather(source, specification, learner=learner, learned=learned)
    conform(predict(found.model, found.test.rows, terms), terms.output_columns)
    rows = pick(found.test.rows, columns, seed=learned.plan.seed, n=terms.golden_rows)
    recorded = Golden(rows=rows, expected=predict(found.model, rows, terms))
    draft = write_draft(
        output / DRAFT,
        terms,
        recorded=recorded,
        origin=origin(found, learned, clock=clock, repo=repo),
        header=HEADER.format(product=terms.product),
    )
    said = {"terms": terms, "recorded": recorded, "events": found.events.num_rows}
    write_report(page(draft, **said, head=head), data(draft, **said), output)
    return draft


def origin(found: Evidence, learned: LearningResult, *, clock: Clock, repo: Path) -> Provenance:
    """Return where the contract comes from."""
    return Provenance(
        commit=commit(repo),
        data=found.digest,
        libraries=installed_versions(LIBRARIES),
        seed=learned.plan.seed,
        created=iso(clock.now()),
    )
