from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from deliveries import page
from deliveries.candidate import Candidate, CandidateLearner
from deliveries.contract import CLAUSES
from deliveries.faults import FAULTS, learner
from deliveries.proof import judged, statuses

if TYPE_CHECKING:
    from pathlib import Path

    from contracts.contract import Contract

#: A whole contract for each fault: once, not on every Python.
pytestmark = pytest.mark.e2e
#: Each third at every run, all in `tox -e long`.
EACH = [
    pytest.param(fault, marks=[pytest.mark.long] if number % 3 else [])
    for number, fault in enumerate(FAULTS)
]
#: Who has to notice, by what the fault is; others may as well. docs/faults.md tells all who do.
STATE = {"pointwise", "generated"}
CAUGHT = {
    "CategoryCodesSwapped": STATE,
    "UnseenCategoryTaken": {"generated"},
    "ZoneOffByOneHour": STATE,
    "SummerTimeForgotten": {"golden", *STATE},
    "SundayFirst": STATE,
    "MissingIsZero": {"golden", *STATE},
    "MilesForKilometres": STATE,
    "ColumnsExchanged": STATE,
    "FeatureDropped": {"golden", *STATE},
    "ThresholdInFloat32": {"pointwise"},
    "OneCarrierWrong": {"golden", "subgroup", *STATE},
    "OneMonthWrong": {"golden", *STATE},
    "LabelsInOtherOrder": {"golden", "ranking", "metric", "noise_floor", *STATE},
    "ChancesClipped": {"golden", *STATE},
    "ChancesRounded": {"golden", *STATE},
    "BatchScaled": {"golden", "invariance", *STATE},
    "RemembersRows": {"invariance"},
    "SortedAnswers": {"invariance"},
    "OneUnlikeMany": {"golden", "invariance", "generated"},
    "NullRefused": {"schema", "golden", "acceptance", "generated"},
    "StaleScaler": {"golden"},
    "StateRounded": {"golden"},
    "SampleScaler": {"golden"},
    "RowsDropped": {"golden"},
    "WindowOffByOne": {"golden"},
    "OwnSeed": {"golden"},
    "HalfFitted": {"golden", "noise_floor"},
    "OutcomesCached": {"fit"},
}


def test_the_honest_implementation_passes_every_clause(contract: Contract, tmp_path: Path) -> None:
    """An implementation without faults is equivalent by every clause."""
    verdicts = judged(contract, CandidateLearner(), tmp_path)
    others = {
        verdict.name: verdict.status for verdict in verdicts if verdict.status != "equivalent"
    }
    assert others == {"subgroup[carrier=ferry]": "not_run"}  # it has not driven yet
    assert {verdict.clause for verdict in verdicts} == {term.name for term in CLAUSES}


@pytest.mark.parametrize("fault", EACH, ids=lambda fault: fault.__name__)
def test_a_fault_is_caught(
    contract: Contract, tmp_path: Path, fault: type[Candidate | CandidateLearner]
) -> None:
    """Each clause that can see the fault fails, and the page lists those that do."""
    failed = statuses(judged(contract, learner(fault), tmp_path))
    assert {name for name, status in failed.items() if status == "different"} >= CAUGHT[
        fault.__name__
    ]
    assert page.row(fault, failed) in page.table(page.PAGE.read_text("utf-8"))


def test_the_page_lists_the_faults_there_are() -> None:
    """The table has the clauses of the contract, and every fault once."""
    table = page.table(page.PAGE.read_text("utf-8"))
    assert table[:2] == page.head()
    named = [line.partition("<br>")[0] for line in table[2:]]
    assert named == [page.row(fault, {}).partition("<br>")[0] for fault in FAULTS]
    assert {fault.__name__ for fault in FAULTS} == {*CAUGHT}
