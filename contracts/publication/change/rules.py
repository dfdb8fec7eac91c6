"""Whom each kind of change breaks, as data: the table that decides every bump.

What breaks the consumer of predictions needs a major version, what breaks their implementer alone
a minor one, any other change a patch.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from contracts.publication.change.rule import Rule

if TYPE_CHECKING:
    from contracts.publication.change.rule import Area, Breaks

#: name: (whom it breaks, the change in words, why)
Table = dict[str, "tuple[Breaks, str, str]"]

REFUSES = "refuses rows it accepted"
ACCEPTS = "accepts rows it refused"
SHAPE = "predictions have another shape"
KEEP = "a model has to keep to it"
MORE = "a model is held to more"
LESS = "predictions promise less"
ANOTHER = "another model is asked for"
LONGER = "predictions may take longer"
STILL = "what was equivalent still is"
READER = "tells a reader more, a program nothing"

TABLES: dict[Area, Table] = {
    "target": {
        "kind_changed": ("both", "another kind of prediction", SHAPE),
        "labels_changed": ("both", "other labels", "a prediction means another label"),
        "labels_opened": ("both", "labels opened", "outcomes may be what no prediction names"),
        "labels_closed": ("consumer", "labels closed", "refuses outcomes it accepted"),
    },
    "input": {
        "column_added": ("both", "column added", "a row has to bring it, a model to read it"),
        "column_removed": ("both", "column removed", "a row must not bring it, a model misses it"),
        "column_moved": ("implementer", "columns reordered", "rows name fields, tables have order"),
        "column_type": ("both", "another type", "refuses rows it accepted, and accepts others"),
        "null_refused": ("consumer", "null no longer allowed", REFUSES),
        "null_allowed": ("implementer", "null allowed", ACCEPTS),
        "range_narrowed": ("consumer", "range narrowed", REFUSES),
        "range_widened": ("implementer", "range widened", ACCEPTS),
        "category_removed": ("consumer", "category removed", REFUSES),
        "category_added": ("implementer", "category added", ACCEPTS),
        "category_moved": ("implementer", "categories reordered", "a model may encode by place"),
        "text_narrowed": ("consumer", "fewer texts allowed", REFUSES),
        "text_widened": ("implementer", "more texts allowed", ACCEPTS),
        "check_added": ("consumer", "check added", "may refuse rows it accepted"),
        "check_removed": ("implementer", "check removed", "may accept rows it refused"),
        "check_changed": ("both", "check changed", "which rows it refuses cannot be decided"),
        "check_rewritten": ("neither", "checks written anew", "accepts the same rows"),
        "description_changed": ("neither", "description changed", READER),
    },
    "output": {
        "column_added": ("both", "column added", SHAPE),
        "column_removed": ("both", "column removed", SHAPE),
        "column_moved": ("both", "columns reordered", "predictions are read by place"),
        "column_type": ("both", "another type", "predictions are other values"),
        "null_refused": ("implementer", "null no longer allowed", KEEP),
        "null_allowed": ("consumer", "null allowed", "a prediction may be missing"),
        "values_narrowed": ("implementer", "range narrowed", KEEP),
        "values_widened": ("consumer", "range widened", "a prediction may lie where none did"),
        "check_added": ("implementer", "check added", KEEP),
        "check_removed": ("consumer", "check removed", "a prediction may be what none was"),
        "check_changed": ("both", "check changed", "which it refuses cannot be decided"),
        "check_rewritten": ("neither", "checks written anew", "allows the same predictions"),
        "description_changed": ("neither", "description changed", READER),
    },
    "metrics": {
        "metric_added": ("implementer", "metric added", MORE),
        "metric_removed": ("consumer", "metric removed", LESS),
        "metric_moved": ("neither", "metrics reordered", "nobody counts by their place"),
        "direction_changed": ("both", "another direction", "better has become worse"),
        "threshold_tightened": ("implementer", "threshold tightened", MORE),
        "threshold_eased": ("consumer", "threshold eased", LESS),
        "skill_raised": ("implementer", "skill raised", "a gate asks more of each generation"),
        "skill_lowered": ("consumer", "skill lowered", LESS),
        "observed_changed": ("neither", "observed anew", "what was measured promises nothing"),
    },
    "latency": {
        "budget_added": ("implementer", "budget added", KEEP),
        "budget_tightened": ("implementer", "budget tightened", KEEP),
        "budget_eased": ("consumer", "budget eased", LONGER),
        "budget_removed": ("consumer", "budget removed", LONGER),
        "report_changed": ("neither", "reported alone, or no more", "nobody is held to it"),
    },
    "equivalence": {
        "clause_added": ("implementer", "clause added", MORE),
        "clause_removed": ("neither", "clause removed", STILL),
        "clause_moved": ("neither", "clauses reordered", "nobody counts by their place"),
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
        "golden_recorded": ("implementer", "golden set anew", "other answers are replayed"),
    },
    "text": {
        "rewritten": ("neither", "a file written anew", "it says the same"),
    },
}
RULES: tuple[Rule, ...] = tuple(
    Rule(area=area, name=name, breaks=breaks, change=change, reason=reason)
    for area, table in TABLES.items()
    for name, (breaks, change, reason) in table.items()
)
_FOUND = {(rule.area, rule.name): rule for rule in RULES}


def rule(area: Area, name: str) -> Rule:
    """Return the rule so named.

    Raises:
        KeyError: There is none.
    """
    return _FOUND[area, name]


def markdown() -> str:
    """Return the rules as the table of a page."""
    rows = [
        f"| {rule.area} | {rule.change} | {_mark(rule.consumer)} | {_mark(rule.implementer)} "
        f"| {rule.bump} | {rule.reason} |"
        for rule in RULES
    ]
    head = "| part | change | consumer | implementer | bump | why |\n|---|---|---|---|---|---|"
    return "\n".join((head, *rows)) + "\n"


def _mark(broken: bool) -> str:  # noqa: FBT001 - a cell of a table
    return "breaks" if broken else ""
