"""The task `specify`: checks what was learned against the specification, and writes the draft."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from contracts.contract.golden import Golden, pick
from contracts.contract.provenance import Provenance
from contracts.data.predictions import predict
from contracts.host.owned import claim
from contracts.moment import iso
from contracts.publication.draft import write_draft
from contracts.publication.repository import UNCOMMITTED, head_commit
from contracts.report.page import installed_versions
from contracts.report.write import write_report
from research.specify.card import card_of
from research.specify.evidence import gather
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

LIBRARIES = (
    "liaison-lifecycle",
    "numpy",
    "onnxruntime",
    "pandas",
    "pandera",
    "pyarrow",
    "scikit-learn",
)
#: The second line tells editors the document's schema, once the contract is published.
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
    solution: str = "",
    learned: LearningResult,
    output: Path,
    head: Head,
    clock: Clock,
    repo: Path | None,
) -> Contract:
    """Write the draft of a contract and a report of it into a folder, and return the contract.

    Args:
        source: Where the rows come from.
        learner: The solution.
        specification: The schemas, metrics with thresholds, clauses with tolerances.
        solution: The digest of the solution's configuration and code.
        learned: The result of learning.
        output: The folder of ``report.*`` and of the draft's own folder, ``draft``.
        head: What made the report.
        clock: Gives the time of the draft.
        repo: The git work tree whose commit it is made from; None if it is made from none, and
            can then not be published.

    Raises:
        ContractError: It was learned in another way than specified, a threshold or a skill is
            missed, a clause is unknown, or there is no commit.
        DataError: Rows or predictions do not conform to the schemas, or the solution no longer
            scores what learning recorded.
        LeakError: The source hands over more than was known.
    """
    claim(output)
    commit = UNCOMMITTED if repo is None else head_commit(repo)
    terms = measured(specification, learned)
    evidence = gather(source, terms, learner=learner, learned=learned)
    seed, columns = terms.learning.seed, terms.input_columns
    rows = pick(evidence.test.rows, columns, seed=seed, n=terms.golden_rows)
    recorded = Golden(rows=rows, expected=predict(evidence.model, rows, terms))
    origin = Provenance(
        commit=commit,
        data=evidence.digest,
        libraries=installed_versions(LIBRARIES),
        seed=seed,
        created=iso(clock.now()),
        solution=solution,
    )
    header = HEADER.format(product=terms.product)
    draft = write_draft(
        output / DRAFT,
        terms,
        recorded=recorded,
        origin=origin,
        card=card_of(evidence, learned, terms),
        header=header,
    )
    shown: dict[str, Any] = {"recorded": recorded, "events": evidence.events.num_rows}
    write_report(page(draft, **shown, head=head), data(draft, **shown), output)
    return draft
