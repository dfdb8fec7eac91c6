"""The faults: each changes one thing of the honest implementation.

The first line of a class's docstring is what the table of faults says of it.
"""

from __future__ import annotations

import re

from deliveries.candidate import Candidate, CandidateLearner
from deliveries.training import (
    HalfFitted,
    OutcomesCached,
    OwnSeed,
    RowsDropped,
    SampleScaler,
    WindowOffByOne,
)
from deliveries.way_in import (
    CategoryCodesSwapped,
    ColumnsExchanged,
    FeatureDropped,
    MilesForKilometres,
    MissingIsZero,
    OneMonthWrong,
    SummerTimeForgotten,
    SundayFirst,
    ThresholdInFloat32,
    UnseenCategoryTaken,
    ZoneOffByOneHour,
)
from deliveries.way_out import (
    BatchScaled,
    ChancesClipped,
    ChancesRounded,
    LabelsInOtherOrder,
    NullRefused,
    OneCarrierWrong,
    OneUnlikeMany,
    RemembersRows,
    SortedAnswers,
    StaleScaler,
    StateRounded,
)

#: In the order of the table: the way in, what comes out, how it is asked, how it was learned.
FAULTS: tuple[type[Candidate | CandidateLearner], ...] = (
    CategoryCodesSwapped,
    UnseenCategoryTaken,
    ZoneOffByOneHour,
    SummerTimeForgotten,
    SundayFirst,
    MissingIsZero,
    MilesForKilometres,
    ColumnsExchanged,
    FeatureDropped,
    ThresholdInFloat32,
    OneMonthWrong,
    LabelsInOtherOrder,
    ChancesClipped,
    ChancesRounded,
    OneCarrierWrong,
    BatchScaled,
    RemembersRows,
    SortedAnswers,
    OneUnlikeMany,
    NullRefused,
    StaleScaler,
    StateRounded,
    SampleScaler,
    RowsDropped,
    WindowOffByOne,
    OwnSeed,
    HalfFitted,
    OutcomesCached,
)


def learner(fault: type[Candidate | CandidateLearner]) -> CandidateLearner:
    """Return the learner of an implementation that has the fault."""
    return fault() if issubclass(fault, CandidateLearner) else CandidateLearner(fault)


def words(fault: type[Candidate | CandidateLearner]) -> tuple[str, str]:
    """Return a fault's name in words, and its description in a sentence."""
    name = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", fault.__name__).capitalize()
    return name, (fault.__doc__ or "").partition("\n")[0]
