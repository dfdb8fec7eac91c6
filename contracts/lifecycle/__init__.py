"""The lifecycle as a declaration: five attributes, rules that judge them, their pictures."""

from contracts.lifecycle.classification import Classification, Reason, classify, limitations
from contracts.lifecycle.coherence import advice, check_combination, nearest, overrides
from contracts.lifecycle.description import LifecycleDescription, describe
from contracts.lifecycle.evaluations import check_evaluation
from contracts.lifecycle.flow import stages
from contracts.lifecycle.parts import check_parts
from contracts.lifecycle.patterns import pattern_name
from contracts.lifecycle.taxonomy import ATTRIBUTES, PATTERNS, Lifecycle, all_lifecycles, declare
from contracts.lifecycle.triggers import check_trigger, components

__all__ = [
    "ATTRIBUTES",
    "PATTERNS",
    "Classification",
    "Lifecycle",
    "LifecycleDescription",
    "Reason",
    "advice",
    "all_lifecycles",
    "check_combination",
    "check_evaluation",
    "check_parts",
    "check_trigger",
    "classify",
    "components",
    "declare",
    "describe",
    "limitations",
    "nearest",
    "overrides",
    "pattern_name",
    "stages",
]
