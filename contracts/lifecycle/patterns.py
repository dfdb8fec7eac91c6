"""The patterns: named presets over the attributes. Names follow attributes, never the preset."""

import msgspec

from contracts.lifecycle.attributes import ATTRIBUTES
from contracts.lifecycle.classification import classify
from contracts.lifecycle.coherence import price
from contracts.lifecycle.lifecycle import Lifecycle, every

ALL = tuple(ATTRIBUTES)


class Pattern(msgspec.Struct, frozen=True, kw_only=True):
    """A lifecycle people have a name for.

    Args:
        name: The word in configuration.
        summary: What it is, in one line.
        preset: The combination the name stands for when nothing is overridden.
        deciding: The attributes that make it this pattern; the others may vary coherently.
    """

    name: str
    summary: str
    preset: Lifecycle
    deciding: tuple[str, ...] = ALL

    def fits(self, lifecycle: Lifecycle) -> bool:
        """Return whether a combination bears this name."""
        changed = self.preset.changes(lifecycle)
        return not changed or (
            classify(lifecycle).verdict == "coherent" and not {*changed} & {*self.deciding}
        )

    def distance(self, lifecycle: Lifecycle) -> tuple[int, bool, bool, tuple[bool, ...]]:
        """Return how far a combination is, as a key to sort by.

        First the attributes to change; among equals a pattern that keeps the liaison is nearer,
        then one that is coherent, then one that keeps what `price` keeps.
        """
        unwise = classify(self.preset).verdict != "coherent"
        number, kept = min(price(lifecycle, each) for each in every() if self.fits(each))
        return number, kept[0], unwise, kept


PATTERNS: dict[str, Pattern] = {
    pattern.name: pattern
    for pattern in (
        Pattern(
            name="interactive",
            summary="a person's session trains what ships, from a dump, wrapped by hand",
            preset=Lifecycle(
                data_access="ad_hoc_dump",
                model_sourcing="interactive",
                model_updating="release_enforced",
                deployment="wrapped",
                liaison="joint",
            ),
        ),
        Pattern(
            name="open",
            summary="an agent trains and bundles on release; what is served is evaluated",
            preset=Lifecycle(
                data_access="programmatic",
                model_sourcing="unattended",
                model_updating="release_enforced",
                deployment="wrapped",
                liaison="joint",
            ),
        ),
        Pattern(
            name="adaptive",
            summary="agents train generation after generation; a generic engine serves them",
            preset=Lifecycle(
                data_access="programmatic",
                model_sourcing="unattended",
                model_updating="autonomous",
                deployment="dynamic",
                liaison="joint",
            ),
        ),
        Pattern(
            name="dual",
            summary="research publishes a contract, production fulfils it with code of its own",
            preset=Lifecycle(
                data_access="programmatic",
                model_sourcing="unattended",
                model_updating="autonomous",
                deployment="dynamic",
                liaison="dual",
            ),
            deciding=("data_access", "model_sourcing", "liaison"),
        ),
    )
}


def pattern(lifecycle: Lifecycle) -> Pattern | None:
    """Return the pattern whose attributes a combination matches, if any."""
    return next((each for each in PATTERNS.values() if each.fits(lifecycle)), None)


def nearest_pattern(lifecycle: Lifecycle) -> Pattern:
    """Return the pattern fewest attributes away."""
    return min(PATTERNS.values(), key=lambda each: each.distance(lifecycle))


def name(lifecycle: Lifecycle) -> str:
    """Return the pattern's name, or ``unnamed, nearest …``.

    >>> from msgspec.structs import replace
    >>> name(replace(PATTERNS["adaptive"].preset, liaison="dual"))
    'dual'
    >>> name(replace(PATTERNS["adaptive"].preset, model_updating="release_enforced"))
    'unnamed, nearest open'
    """
    if found := pattern(lifecycle):
        return found.name
    return f"unnamed, nearest {nearest_pattern(lifecycle).name}"
