from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from msgspec.structs import replace

from contracts.errors import ConfigError
from production.agents.gate import Gate
from production.agents.rules.evidence import HoldoutPredictions

if TYPE_CHECKING:
    from contracts.contract import Contract

TRUTH = np.array([1.0, 0.0, 1.0, 0.0, 1.0, 0.0])


def said(chance: float) -> Any:
    """Return predictions that give what came true this chance."""
    return np.where(TRUTH == 1, chance, 1 - chance)[:, None]


def gate(contract: Contract, **options: Any) -> Gate:
    """Return a gate with a margin of a tenth."""
    return Gate(**{"contract": contract, "holdout": "3d", "margin": 0.1, "least": 1, **options})


def predictions(**sides: Any) -> HoldoutPredictions:
    """Return predictions for a few rows."""
    given = {"challenger": said(0.7), "naive": said(0.6), "champion": said(0.65)}
    return HoldoutPredictions(**{"truth": TRUTH, **given, **sides})


def judge(contract: Contract, **sides: Any) -> Any:
    """Return the judgement of predictions for a few rows."""
    return gate(contract).judge(predictions(**sides))


def test_a_better_challenger_is_promoted_and_the_scores_say_so(contract: Contract) -> None:
    """Both sides and the naive baseline stand in the finding, by every metric."""
    finding = judge(contract)
    assert finding.verdict == "promoted"
    assert finding.why == "log_loss 0.3567, champion 0.4308"
    assert finding.scores["naive.log_loss"] == pytest.approx(-np.log(0.6))
    assert len(finding.scores) == 9


def test_a_challenger_worse_beyond_the_margin_is_refused(contract: Contract) -> None:
    """And one that is worse by less is promoted: newer is worth that much."""
    just, beyond = np.exp(np.log(0.65) * 1.09), np.exp(np.log(0.65) * 1.11)
    assert judge(contract, challenger=said(just)).verdict == "promoted"
    refused = judge(contract, challenger=said(beyond))
    assert refused.verdict == "refused"
    assert refused.why == ("champion: log_loss 0.4782, champion 0.4308: 11.0% worse, more than 10%")


@pytest.mark.parametrize(
    ("holdout", "undecided", "needed"),
    [("3d", "keep", True), ("3d", "promote", False), ("0", "keep", False)],
)
def test_outcomes_are_needed_where_nothing_is_promoted_without_them(
    contract: Contract, holdout: str, undecided: str, *, needed: bool
) -> None:
    """What the gate says before a training is what it does after one."""
    rules = gate(contract, holdout=holdout, undecided=undecided)
    sides = {"challenger": said(0.7)[:0], "naive": said(0.6)[:0], "champion": None}
    assert rules.needs_outcomes is needed
    verdict = rules.judge(predictions(truth=TRUTH[:0], **sides)).verdict
    assert (verdict != "promoted") is needed


@pytest.mark.parametrize("direction", ["lower", "higher"])
def test_skill_is_the_gain_over_the_naive_baseline(contract: Contract, direction: str) -> None:
    """The contract's skill is a difference in the metric's unit, better counting up either way."""
    name = {"lower": "log_loss", "higher": "roc_auc"}[direction]
    terms = tuple(replace(m, skill=0.2) for m in contract.metrics if m.name == name)
    case = replace(contract, metrics=terms)
    poor, good = said(0.62), said(0.8)
    naive = said(0.6) if direction == "lower" else np.full((6, 1), 0.5)
    if direction == "higher":
        poor = np.array([0.4, 0.5, 0.6, 0.7, 0.6, 0.6])[:, None]
    refused = judge(case, challenger=poor, naive=naive, champion=None)
    assert refused.verdict == "refused"
    assert f"{name}: skill" in refused.why
    assert "below the contract's 0.2" in refused.why
    assert judge(case, challenger=good, naive=naive, champion=None).verdict == "promoted"


def test_a_gate_compares_by_the_contracts_first_metric(contract: Contract) -> None:
    """A regression is compared by what its contract states, whatever it is."""
    terms = (replace(contract.metrics[0], name="mae", skill=0.5),)
    case = replace(contract, kind="regression", labels=(), metrics=terms)
    truth = np.array([1e6, 2e6])
    sides = {name: truth[:, None] + by for name, by in (("champion", 2.0), ("naive", 3.0))}
    finding = judge(case, truth=truth, challenger=truth[:, None] + 1, **sides)
    assert finding.verdict == "promoted"
    assert finding.why == "mae 1.0000, champion 2.0000"


def test_a_metric_that_the_contract_lacks_is_refused_when_the_gate_is_made(
    contract: Contract,
) -> None:
    """The message names the key, the near match and the valid ones."""
    with pytest.raises(ConfigError, match=r"gate.metric=brie: .*did you mean 'brier'") as caught:
        gate(contract, metric="brie")
    assert caught.value.hint == "one of log_loss, roc_auc, brier; gate.metric=null takes the first"


def test_a_first_generation_is_held_to_skill_alone(contract: Contract) -> None:
    """It has no champion to be compared with."""
    finding = judge(contract, champion=None)
    assert finding.verdict == "promoted"
    assert finding.why == "the first generation"


def test_a_skill_that_cannot_be_measured_is_undecided(contract: Contract) -> None:
    """All outcomes alike leave an area undefined, for the naive baseline as for the challenger."""
    finding = judge(contract, truth=np.ones(6), challenger=said(0.9), champion=None)
    assert finding.verdict == "undecided"
    assert "roc_auc: skill nan" in finding.why
    verdicts = {each.rule: each.verdict for each in finding.findings}
    assert verdicts["skill.roc_auc"] == "undecided"
    assert verdicts["skill.brier"] == "passed"


def test_a_failed_rule_outweighs_an_undecided_one(contract: Contract) -> None:
    """What is clearly too bad is refused, whatever else cannot be told."""
    finding = judge(contract, truth=np.ones(6), challenger=np.full((6, 1), 0.01), champion=None)
    assert finding.verdict == "refused"
    assert "log_loss: skill" in finding.why


@pytest.mark.parametrize("outcomes", [0, 5])
def test_with_too_few_outcomes_nothing_is_judged(contract: Contract, outcomes: int) -> None:
    """A bad figure over so few says nothing: neither skill nor champion is asked."""
    sides = {name: said(0.01)[:outcomes] for name in ("challenger", "naive", "champion")}
    finding = gate(contract, least=6).judge(predictions(truth=TRUTH[:outcomes], **sides))
    assert finding.verdict == "undecided"
    assert finding.why == (
        f"undecided: {outcomes} outcomes arrived within the holdout, 6 are needed to judge "
        "(gate.undecided=keep)"
    )
    assert [each.rule for each in finding.findings] == ["outcomes"]


def test_what_is_undecided_is_promoted_where_that_is_declared(contract: Contract) -> None:
    """The finding stays on record."""
    finding = gate(contract, least=7, undecided="promote").judge(predictions(champion=said(0.9)))
    assert finding.verdict == "promoted"
    assert finding.why.endswith("(gate.undecided=promote)")
    assert finding.findings[0].verdict == "undecided"


def test_without_a_holdout_there_is_nothing_to_judge(contract: Contract) -> None:
    """The open gate promotes what keeps its schema, and says why."""
    none = np.zeros((0, 1))
    given = predictions(truth=np.zeros(0), challenger=none, naive=none, champion=none)
    finding = gate(contract, holdout="0").judge(given)
    assert finding.verdict == "promoted"
    assert finding.why == "no holdout to judge by"
