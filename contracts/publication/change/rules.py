"""The rules: which kinds of change there are, whom each breaks and why, as one table of data.

A change that breaks the consumer of predictions needs a major version, one that breaks only their
implementer a minor version, any other a patch.
"""

from __future__ import annotations

from typing import Literal

import msgspec

Bump = Literal["none", "patch", "minor", "major"]
#: The bumps, the smallest first.
BUMPS: tuple[Bump, ...] = ("none", "patch", "minor", "major")
#: The parts of a contract.
Area = Literal[
    "target", "input", "output", "metrics", "latency", "equivalence", "learning", "golden", "text"
]
Breaks = Literal["both", "consumer", "implementer", "neither"]


class Rule(msgspec.Struct, frozen=True, kw_only=True):
    """One kind of change.

    Attributes:
        area: The part of a contract that changes.
        name: The kind, unique in its area.
        breaks: Who has to adapt: the consumer sends rows and reads predictions, the implementer
            makes the predictions.
        change: The kind in words, for a table.
        reason: Why it breaks them.
    """

    area: Area
    name: str
    breaks: Breaks
    change: str
    reason: str

    @property
    def consumer(self) -> bool:
        """Whether it breaks whoever sends rows and reads predictions."""
        return self.breaks in {"both", "consumer"}

    @property
    def implementer(self) -> bool:
        """Whether whoever makes the predictions has to change them, or prove them again."""
        return self.breaks in {"both", "implementer"}

    @property
    def bump(self) -> Bump:
        """The smallest bump for a version with this change."""
        if self.consumer:
            return "major"
        return "minor" if self.implementer else "patch"


#: name: (whom it breaks, the change in words, the reason)
Table = dict[str, "tuple[Breaks, str, str]"]

REFUSES = "refuses rows it accepted"
ACCEPTS = "accepts rows it refused"
SHAPE = "predictions have another shape"
KEEP = "a model has to keep to it"
MORE = "a model is held to more"
LESS = "predictions promise less"
ANOTHER = "another model is asked for"
LONGER = "predictions may take longer"
STILL = "equivalent implementations stay equivalent"
READER = "informs readers, changes no program"

TABLES: dict[Area, Table] = {
    "target": {
        "kind_changed": ("both", "another kind of prediction", SHAPE),
        "labels_changed": ("both", "other labels", "a prediction means another label"),
        "labels_opened": ("both", "labels opened", "outcomes may carry other labels"),
        "labels_closed": ("consumer", "labels closed", "refuses outcomes it accepted"),
    },
    "input": {
        "column_added": ("both", "column added", "rows must have it, models must read it"),
        "column_removed": ("both", "column removed", "rows must not have it, models lack it"),
        "column_moved": ("implementer", "columns reordered", "tables are read by position"),
        "column_type": ("both", "another type", "refuses rows it accepted, and accepts others"),
        "null_refused": ("consumer", "null no longer allowed", REFUSES),
        "null_allowed": ("implementer", "null allowed", ACCEPTS),
        "range_narrowed": ("consumer", "range narrowed", REFUSES),
        "range_widened": ("implementer", "range widened", ACCEPTS),
        "category_removed": ("consumer", "category removed", REFUSES),
        "category_added": ("implementer", "category added", ACCEPTS),
        "category_moved": ("implementer", "categories reordered", "a model may encode by position"),
        "text_narrowed": ("consumer", "fewer texts allowed", REFUSES),
        "text_widened": ("implementer", "more texts allowed", ACCEPTS),
        "check_added": ("consumer", "check added", "may refuse rows it accepted"),
        "check_removed": ("implementer", "check removed", "may accept rows it refused"),
        "check_changed": ("both", "check changed", "cannot tell which rows it refuses"),
        "check_rewritten": ("neither", "checks rewritten", "accepts the same rows"),
        "description_changed": ("neither", "description changed", READER),
    },
    "output": {
        "column_added": ("both", "column added", SHAPE),
        "column_removed": ("both", "column removed", SHAPE),
        "column_moved": ("both", "columns reordered", "predictions are read by position"),
        "column_type": ("both", "another type", "predictions are other values"),
        "null_refused": ("implementer", "null no longer allowed", KEEP),
        "null_allowed": ("consumer", "null allowed", "a prediction may be missing"),
        "values_narrowed": ("implementer", "range narrowed", KEEP),
        "values_widened": ("consumer", "range widened", "may lie outside the old range"),
        "check_added": ("implementer", "check added", KEEP),
        "check_removed": ("consumer", "check removed", "may be what was refused before"),
        "check_changed": ("both", "check changed", "cannot tell which predictions it refuses"),
        "check_rewritten": ("neither", "checks rewritten", "allows the same predictions"),
        "description_changed": ("neither", "description changed", READER),
    },
    "metrics": {
        "metric_added": ("implementer", "metric added", MORE),
        "metric_removed": ("consumer", "metric removed", LESS),
        "metric_moved": ("neither", "metrics reordered", "nothing depends on their order"),
        "direction_changed": ("both", "another direction", "what was better is now worse"),
        "threshold_tightened": ("implementer", "threshold tightened", MORE),
        "threshold_eased": ("consumer", "threshold eased", LESS),
        "skill_raised": ("implementer", "skill raised", "a gate asks more of each generation"),
        "skill_lowered": ("consumer", "skill lowered", LESS),
        "observed_changed": ("neither", "measured again", "a measurement is not a promise"),
    },
    "latency": {
        "budget_added": ("implementer", "budget added", KEEP),
        "budget_tightened": ("implementer", "budget tightened", KEEP),
        "budget_eased": ("consumer", "budget eased", LONGER),
        "budget_removed": ("consumer", "budget removed", LONGER),
        "report_changed": ("neither", "reported only, or no longer", "nobody is held to it"),
    },
    "equivalence": {
        "clause_added": ("implementer", "clause added", MORE),
        "clause_removed": ("neither", "clause removed", STILL),
        "clause_moved": ("neither", "clauses reordered", "nothing depends on their order"),
        "pair_changed": ("implementer", "another pair", "a model is compared with another"),
        "tolerance_tightened": ("implementer", "tolerance tightened", MORE),
        "tolerance_eased": ("neither", "tolerance eased", STILL),
        "tolerance_changed": ("implementer", "tolerance changed", "asks for something else"),
        "detail_changed": ("neither", "detail changed", "asks the same"),
    },
    "learning": {
        "window_moved": ("implementer", "another window", ANOTHER),
        "seed_changed": ("implementer", "another seed", ANOTHER),
        "params_changed": ("implementer", "other parameters", ANOTHER),
        "day_changed": ("implementer", "days begin elsewhere", "intervals draw other blocks"),
    },
    "golden": {
        "golden_resized": ("implementer", "golden set resized", "other rows are replayed"),
        "golden_recorded": ("implementer", "golden set renewed", "other answers are replayed"),
    },
    "text": {
        "rewritten": ("neither", "a file rewritten", "it says the same"),
    },
}
RULES: tuple[Rule, ...] = tuple(
    Rule(area=area, name=name, breaks=breaks, change=change, reason=reason)
    for area, table in TABLES.items()
    for name, (breaks, change, reason) in table.items()
)
_BY_NAME = {(rule.area, rule.name): rule for rule in RULES}


def rule(area: Area, name: str) -> Rule:
    """Return a rule by its area and name.

    Raises:
        KeyError: There is no such rule.
    """
    return _BY_NAME[area, name]


def markdown() -> str:
    """Return the rules as the Markdown table of docs/versions.md."""
    head = "| part | change | consumer | implementer | bump | why |\n|---|---|---|---|---|---|"
    rows = []
    for each in RULES:
        sides = ("breaks" if broken else "" for broken in (each.consumer, each.implementer))
        cells = (each.area, each.change, *sides, each.bump, each.reason)
        rows.append(f"| {' | '.join(cells)} |")
    return "\n".join((head, *rows)) + "\n"
