"""The manifests of a product as a history of arms: which generation an arm had in each of them."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import groupby, takewhile
from typing import TYPE_CHECKING

import msgspec
import numpy as np

from production.serving.manifest import Manifest, read

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from contracts.ports import Instants
    from production.experiments.arm_log import Booleans
    from production.generation.description import Candidate
    from production.registry.manifests import Inventoried


class ArmHistory(msgspec.Struct, frozen=True, kw_only=True):
    """The arms of a product's newest manifest, and what they were in earlier ones.

    An arm is a line of generations: it goes back as far as manifests have had its name without a
    gap. What had the same name before that is another arm.

    Attributes:
        manifests: The manifests by revision, oldest first.
        lines: The revisions in which each arm of the newest one was there without a gap.
    """

    manifests: Mapping[int, Manifest]
    lines: Mapping[str, range]

    @property
    def newest(self) -> Manifest:
        """The newest manifest."""
        return self.manifests[max(self.manifests)]

    @property
    def arms(self) -> tuple[str, ...]:
        """The names of its arms, the champion first."""
        return tuple(self.newest.arms)

    @property
    def running(self) -> range:
        """The revisions of the experiment that runs: its selector and arms are the newest's."""
        return self.experiments[-1]

    @property
    def experiments(self) -> tuple[range, ...]:
        """The revisions of each experiment, oldest first."""
        groups = groupby(self.manifests, lambda revision: self.manifests[revision].salt)
        spans = [[*revisions] for _, revisions in groups]
        return tuple(range(span[0], span[-1] + 1) for span in spans)

    def candidate(self, arm: str, revision: int) -> Candidate | None:
        """Return the generation that an arm of the newest manifest had; none before it began."""
        return self.manifests[revision].arms[arm] if revision in self.lines[arm] else None

    def played(self, manifest: Instants, release: Sequence[str], generation: Instants) -> Booleans:
        """Return which arms had the generation that served each event, (n, arms).

        Two arms may have the same generation: then both did, whichever was drawn.
        """
        triples = [*zip(manifest.tolist(), release, generation.tolist(), strict=True)]
        distinct = {triple: at for at, triple in enumerate(dict.fromkeys(triples))}
        rows = np.array([self._had(*triple) for triple in distinct], np.bool_)
        places = np.array([distinct[triple] for triple in triples], np.intp)
        return rows.reshape(len(distinct), len(self.arms))[places]

    def _had(self, revision: int, release: str, generation: int) -> list[bool]:
        candidates = (self.candidate(arm, revision) for arm in self.arms)
        return [
            each is not None and (each.release, each.generation) == (release, generation)
            for each in candidates
        ]


def arm_history(inventoried: Iterable[Inventoried]) -> ArmHistory:
    """Return the history of a product's manifests, oldest first and at least one."""
    manifests = {each.revision: read(each.document) for each in inventoried}
    newest_first = [*manifests.items()][::-1]
    return ArmHistory(
        manifests=manifests,
        lines={arm: _line(arm, newest_first) for arm in newest_first[0][1].arms},
    )


def _line(arm: str, newest_first: Sequence[tuple[int, Manifest]]) -> range:
    line = [*takewhile(lambda each: arm in each[1].arms, newest_first)]
    return range(line[-1][0], line[0][0] + 1)
