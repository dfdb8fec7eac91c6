"""The taxonomy's ground: five attributes, two options each, with what every option costs."""

import msgspec


class Limit(msgspec.Struct, frozen=True, kw_only=True):
    """One thing an option makes impossible."""

    what: str
    why: str


class Option(msgspec.Struct, frozen=True, kw_only=True):
    """One choice for an attribute.

    Args:
        name: The word in configuration.
        summary: What the choice means.
        cost: What it asks of those who choose it.
        anti_pattern: Why nobody should choose it; empty when it is a sound choice.
        change: The option to take instead; empty when it is a sound choice.
        cannot: What it makes impossible.
    """

    name: str
    summary: str
    cost: str
    anti_pattern: str = ""
    change: str = ""
    cannot: tuple[Limit, ...] = ()


class Attribute(msgspec.Struct, frozen=True, kw_only=True):
    """One property of a lifecycle, and the config group that sets it."""

    name: str
    question: str
    options: tuple[Option, ...]


DATA_ACCESS = Attribute(
    name="data_access",
    question="How do data come in?",
    options=(
        Option(
            name="programmatic",
            summary="a source descriptor fetches any window of time, as known by a moment",
            cost="a source that answers for any window and says when each outcome arrived",
        ),
        Option(
            name="ad_hoc_dump",
            summary="a file, cut once by hand",
            cost="a new file by hand whenever newer data are wanted",
            anti_pattern="a dump has no increments, so nothing is scored and nothing renewed",
            change="programmatic",
            cannot=(
                Limit(
                    what="no serving evaluation",
                    why="a dump ends at its cut, before the outcomes of what is served",
                ),
                Limit(what="no autonomous refresh", why="a dump never brings newer rows"),
            ),
        ),
    ),
)

MODEL_SOURCING = Attribute(
    name="model_sourcing",
    question="Who trains the model that ships?",
    options=(
        Option(
            name="unattended",
            summary="an agent trains it from code and data, with nobody present",
            cost="training declared whole: code, data, parameters, seed",
        ),
        Option(
            name="interactive",
            summary="a person's session trains it",
            cost="a person at work for every model",
            anti_pattern="a person's session trains the asset that ships, and none can repeat it",
            change="unattended",
            cannot=(
                Limit(
                    what="no repeatable training",
                    why="the model that ships came out of a session, not out of code and data",
                ),
            ),
        ),
    ),
)

MODEL_UPDATING = Attribute(
    name="model_updating",
    question="What renews the model?",
    options=(
        Option(
            name="autonomous",
            summary="agents train generations of one release, by schedule, volume or evaluation",
            cost="a gate, a budget, and outcomes whose latency bounds how fresh a model can be",
        ),
        Option(
            name="release_enforced",
            summary="a release: every model is one",
            cost="a person's release for every refresh",
            cannot=(
                Limit(
                    what="no autonomous refresh",
                    why="the model changes only when a person releases",
                ),
            ),
        ),
    ),
)

DEPLOYMENT = Attribute(
    name="deployment",
    question="How does the model reach its engine?",
    options=(
        Option(
            name="dynamic",
            summary="a generic engine loads it from the registry and dispatches by a selector",
            cost="a registry and manifests to keep",
        ),
        Option(
            name="wrapped",
            summary="model and assets are hard-wired in one bundle with the engine",
            cost="a new bundle for every change",
            cannot=(
                Limit(
                    what="no rollout control",
                    why="a bundle holds one model: no selector but the single one, and no shadow",
                ),
            ),
        ),
    ),
)

LIAISON = Attribute(
    name="liaison",
    question="What passes from research to production?",
    options=(
        Option(
            name="joint",
            summary="research's solution itself",
            cost="research's libraries, installed where the product is served",
            cannot=(
                Limit(
                    what="no code of production's own",
                    why="research's solution serves, with its libraries and at its speed",
                ),
            ),
        ),
        Option(
            name="dual",
            summary="a contract, which production's own implementation fulfils",
            cost="two implementations, kept equivalent by the contract's clauses",
        ),
    ),
)

#: In the order in which every table and message names them.
ATTRIBUTES: dict[str, Attribute] = {
    attribute.name: attribute
    for attribute in (DATA_ACCESS, MODEL_SOURCING, MODEL_UPDATING, DEPLOYMENT, LIAISON)
}


def option(attribute: str, name: str) -> Option:
    """Return the option of an attribute by its name.

    >>> option("data_access", "ad_hoc_dump").change
    'programmatic'
    """
    return next(option for option in ATTRIBUTES[attribute].options if option.name == name)
