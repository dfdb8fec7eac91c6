"""Where generations came from."""

from __future__ import annotations

from contracts.moment import DAY
from production.registry.generations import Generation
from production.service.page.lineage import lineages, terms
from tests.production.service.page.conftest import manifest, training

FINDING = {"rule": "history", "verdict": "failed", "why": "3 rows changed", "figures": {}}


def generation(number: int) -> Generation:
    """Return a registered generation."""
    return Generation(
        product="toy",
        release="1.0.0",
        number=number,
        artifact="b" * 64,
        contract_version="1.0.0",
        created_at=0,
        start=5,
        end=9,
        known_by=9,
        rows=100,
        seed=3,
        params={"depth": 4},
        reason="initial",
        scores={},
    )


def test_a_generation_has_its_data_its_gate_and_its_terms() -> None:
    """From its training's record, its own, and the manifests."""
    rows = [training(2 * DAY, "promoted", 2), training(DAY, "promoted", 1)]
    newest, first = lineages(rows, [generation(2)], [manifest(1, 1), manifest(2, 2)])
    assert (newest.name, newest.start, newest.artifact) == ("1.0.0/2", 5, "b" * 64)
    assert newest.served == ((2 * DAY, None),)
    assert (first.name, first.artifact) == ("", "")


def test_a_refused_training_has_what_the_gate_found() -> None:
    """There is no generation to show, and the reason is what counts."""
    (row,) = lineages([training(DAY, "refused", findings=[FINDING])], (), ())
    assert (row.name, row.verdict, row.tone) == ("", "refused", "warn")
    assert [(each.rule, each.tone, each.why) for each in row.found] == [
        ("history", "bad", "3 rows changed")
    ]


def test_a_champion_that_came_back_has_two_terms() -> None:
    """After a rollback, say."""
    served = terms([manifest(1, 1), manifest(2, 2), manifest(3, 1)])
    assert served == {
        "1.0.0/1": [(DAY, 2 * DAY), (3 * DAY, None)],
        "1.0.0/2": [(2 * DAY, 3 * DAY)],
    }
