"""The product's file: what was found and promised, as a person would have written it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec
import yaml

from contracts.moment import DAY, HOUR, MINUTE, SECOND, iso
from research.new.findings import source

if TYPE_CHECKING:
    from collections.abc import Mapping

    from research.new.findings import TableFindings
    from research.new.promise import DraftPromise

#: What a reader is told above a key.
NOTES = {
    "history": "The data begin at `history`; operation runs from `start` to `until`.",
    "refresh": "How often a schedule refreshes, and the last outcomes a gate judges by.",
    "timed": "The data have no time: rows come in an order without meaning.",
    "source": "One expression over the table; docs/product.md shows a query of your own.",
    "solution": "Research's: boosted trees on the schema's columns. It serves in joint lifecycles.",
    "implementation": "Production's own: it serves in dual ones.",
    "learning": "The first metric compares the trials of the search.",
    "specification": "Say what can be, not what was: `values`, `least` and `most` close a column.\n"
    "# Skill is the least gain over the baseline in a gate's holdout; margins are half as much\n"
    "# again as other seeds change.",
}
#: Of how many rows a leaf has one, and between which numbers.
LEAF, LEAVES = 200, (20, 200)
#: Of fewer rows probabilities are learned by small trees, and slowly: large ones are sure too soon.
FEW = 10_000
TAG = "tag:yaml.org,2002:map"


def product_file(
    findings: TableFindings,
    promise: DraftPromise,
    *,
    command: str,
    implementation: Mapping[str, Any] | None = None,
) -> str:
    """Return the text of a product's configuration file.

    Args:
        findings: What was found in the data.
        promise: The metrics and clauses.
        command: What made the file.
        implementation: Production's own, as it is configured; None if there is none.
    """
    lines = [
        f"# {command}",
        f"# {findings.outcome.kind}: {findings.outcome.rule}.",
    ]
    for line in _yaml(_product(findings, promise, implementation)).splitlines():
        if note := NOTES.get(line.partition(":")[0]):
            lines += ["", f"# {note}"]
        lines.append(line)
    return "\n".join(lines) + "\n"


def duration_text(microseconds: int) -> str:
    """Return a length of time in the largest unit that it is whole in.

    >>> duration_text(7 * DAY), duration_text(36 * HOUR)
    ('7d', '36h')
    """
    units = {"d": DAY, "h": HOUR, "m": MINUTE, "s": SECOND}
    name, unit = next(each for each in units.items() if microseconds % each[1] == 0)
    return f"{microseconds // unit}{name}"


def _product(
    findings: TableFindings, promise: DraftPromise, implementation: Mapping[str, Any] | None
) -> dict[str, Any]:
    asked, windows, outcome = findings.asked, findings.windows, findings.outcome
    return {
        "name": asked.name,
        "contract": "1.0.0",
        "history": iso(windows.history),
        "start": iso(windows.start),
        "until": iso(windows.until),
        "day_offset": duration_text(windows.offset) if windows.offset else "0",
        **({} if findings.timed else {"timed": False}),
        "refresh": duration_text(windows.refresh),
        "holdout": duration_text(windows.holdout),
        "source": {
            "_target_": "contracts.data.programmatic.Programmatic",
            "query": {
                "_target_": "contracts.data.table.events",
                "_partial_": True,
                **source(asked, findings.spacing),
                "columns": "${product.specification.schema.columns}",
            },
        },
        "baseline": {
            "_target_": "contracts.data.baseline.YesterdaysRate",
            "period": duration_text(windows.period),
            "offset": "${product.day_offset}",
        },
        "solution": {
            "learner": {
                "_target_": "research.solutions.tabular.trees.BoostedTrees",
                "kind": "${product.specification.kind}",
                "labels": "${product.specification.labels}",
                "schema": "${product.specification.schema}",
            },
            "model": "research.export.exported.ExportedModel",
        },
        **({} if implementation is None else {"implementation": {**implementation}}),
        "learning": _learning(findings),
        "specification": {
            "kind": outcome.kind,
            "labels": [*outcome.labels],
            "labels_open": findings.labels_open,
            "golden": 200,
            "metrics": [_Line(each) for each in promise.metrics],
            "clauses": [_Line(each) for each in promise.clauses],
            "schema": {
                "_target_": "contracts.schema.declared.inputs",
                "columns": [msgspec.to_builtins(each.declared) for each in findings.inputs],
            },
        },
    }


def _learning(findings: TableFindings) -> dict[str, Any]:
    windows = findings.windows
    return {
        "window": {"start": iso(windows.history), "end": iso(windows.test)},
        "test": {"start": iso(windows.test), "end": iso(windows.start)},
        "metrics": [*findings.metrics],
        "folds": windows.folds,
        "horizon": duration_text(windows.horizon),
        "trials": 4,
        "seed": 0,
        "params": _params(findings),
        "space": {
            "learning_rate": {"low": 0.03, "high": 0.3, "log": True},
            "max_leaf_nodes": {"low": 4, "high": 31, "int": True, "log": True},
        },
    }


def _params(findings: TableFindings) -> dict[str, Any]:
    """Return the parameters of the trees that a search of others begins with."""
    least, most = LEAVES
    leaf = min(max(findings.rows // LEAF // 2, least), most)
    careful = findings.rows < FEW and findings.outcome.kind != "regression"
    return {
        "max_iter": 60,
        "learning_rate": 0.05 if careful else 0.1,
        **({"max_leaf_nodes": 8} if careful else {}),
        "max_features": 0.5,
        "min_samples_leaf": leaf,
    }


def _yaml(value: dict[str, Any]) -> str:
    return yaml.dump(
        value,
        Dumper=_Dumper,
        default_flow_style=None,
        allow_unicode=True,
        sort_keys=False,
        width=100,
    )


class _Line(dict[str, Any]):
    """A mapping that is written on one line."""


class _Dumper(yaml.SafeDumper):
    """Writes everything out where it stands, without references."""

    def ignore_aliases(self, data: object) -> bool:
        """Return that nothing refers to another place."""
        return data is not self


_Dumper.add_representer(
    _Line, lambda dumper, data: dumper.represent_mapping(TAG, data.items(), flow_style=True)
)
