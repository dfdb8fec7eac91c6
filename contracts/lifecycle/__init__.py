"""The lifecycle as a declaration: five attributes, rules that judge them, their pictures."""

from contracts.lifecycle.attributes import ATTRIBUTES, Attribute, Limit, Option
from contracts.lifecycle.classification import Classification, Reason, classify
from contracts.lifecycle.coherence import advice, nearest, overrides, require
from contracts.lifecycle.description import Description, describe
from contracts.lifecycle.lifecycle import Lifecycle, declare, every
from contracts.lifecycle.limits import cannot
from contracts.lifecycle.parts import check_parts
from contracts.lifecycle.patterns import PATTERNS, Pattern, name
from contracts.lifecycle.stage import Actor, Stage
from contracts.lifecycle.stages import stages

__all__ = [
    "ATTRIBUTES",
    "PATTERNS",
    "Actor",
    "Attribute",
    "Classification",
    "Description",
    "Lifecycle",
    "Limit",
    "Option",
    "Pattern",
    "Reason",
    "Stage",
    "advice",
    "cannot",
    "check_parts",
    "classify",
    "declare",
    "describe",
    "every",
    "name",
    "nearest",
    "overrides",
    "require",
    "stages",
]
