"""A chain of arms over HTTP."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from msgspec.structs import replace

from production.selectors.fallback import Fallback
from tests.production.service.conftest import RECORD, publish

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.production.service.conftest import InService


@pytest.mark.parametrize("count", [1, 3, 30])
def test_where_an_arm_fails_the_event_says_which_one_answered(
    serve: Callable[..., InService], count: int
) -> None:
    """One by one, as few, as a table; the metrics count whom the chain passed over."""
    service = serve(poll="1h")
    engine, champion = service.application.engine, service.serving.engine.deployed.manifest.champion
    broken = replace(champion, generation=2)
    publish(service, arms={"champion": champion, "candidate": broken})
    service.application.watcher.step()
    engine._selector, engine._build = Fallback(arms=["candidate", "champion"]), None
    model: Any = service.serving.loader.load(broken)
    model._one, model._model = None, None
    engine.update(None)  # type: ignore[arg-type] - the selector takes no metrics
    asked: Any = [{"record": RECORD, "id": f"e{at}", "key": "k"} for at in range(count)]
    answers = service.json("/predict", asked[0] if count == 1 else asked)
    service.flush()
    first = answers if count == 1 else answers[-1]
    event = service.serving.events.find("toy", f"e{count - 1}")
    assert event is not None
    assert (first["generation"], event.generation, event.propensity) == (1, 1, 1.0)
    line = f'liaison_handovers_total{{generation="1.0.0/2",reason="error"}} {count}'
    assert line in service.ask("/metrics").body.decode()
