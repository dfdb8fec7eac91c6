"""Generations that are new in their arms: watched, and taken out of them by alarms."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from msgspec.structs import replace

from contracts.errors import StateError
from contracts.moment import HOUR
from production.generation.description import Description
from production.generation.files import pack
from production.registry.decisions import Decisions
from production.registry.generations import Generations, Trained
from production.selectors.explicit import Explicit
from production.service.open_control import control_of
from production.serving.manifest import read
from production.serving.watched import WatchedModel
from production.settings import AlarmSettings
from tests.production.service.conftest import CHANGE, NOW, RECORD, publish

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    import pyarrow as pa

    from production.assembly.serving import Serving
    from production.service.probation import Probation
    from tests.production.service.conftest import InService

INPUTS = ("colour", "size")
ALARMS = AlarmSettings(
    during="1h",
    last=1000,
    least=30,
    errors=0.05,
    nonfinite=0.01,
    stalled="10s",
    latency=10.0,
    drift=1.0,
)


def register(serving: Serving, folder: Path, model: Any, golden: pa.Table) -> str:
    """Register a generation whose golden rows have two colours; return its name."""
    folder.mkdir()
    description = Description(product="toy", contract="1.0.0", inputs=INPUTS, k=1)
    pack(folder, model, description=description, golden=golden)
    first = Generations(serving.database).all("toy")[0]
    fields = {name: getattr(first, name) for name in Trained.__struct_fields__}
    trained = Trained(**{**fields, "artifact": serving.artifacts.publish(folder)})
    generation = Generations(serving.database).add(trained)
    serving.probe.trust(generation.artifact)
    return f"{generation.release}/{generation.number}"


class Watched:
    """The small product in service, with a generation that is new in an arm."""

    def __init__(self, service: InService, name: str) -> None:
        self.service, self.name = service, name
        self.database = service.serving.database

    @property
    def probation(self) -> Probation:
        """What watches it."""
        return self.service.application.watcher.probation

    def ask(self, *colours: str, times: int = 12) -> set[int]:
        """Ask for predictions, a dozen of each colour; return the statuses of the answers."""
        return {
            self.service.ask("/predict", {"record": {**RECORD, "colour": colour}}).status
            for colour in colours * times
        }

    def arms(self) -> dict[str, str]:
        """Return the newest manifest's arms."""
        newest = self.service.serving.manifests.current("toy")
        assert newest is not None
        return {arm: each.name for arm, each in read(newest.document).arms.items()}

    def decisions(self) -> list[tuple[str, str]]:
        """Return what alarms decided: who, and what."""
        made = Decisions(self.database).all("toy")
        return [(each.who, each.action) for each in made if each.who.startswith("alarm")]


@pytest.fixture
def watch(
    serve: Callable[..., InService], toy: Any, history: pa.Table, tmp_path: Path
) -> Callable[..., Watched]:
    """Puts a generation with the rates of these colours into an arm."""
    colours = history["colour"].to_pylist()
    rows = [at for at, colour in enumerate(colours) if colour != "blue"][:20]
    golden = history.select(list(INPUTS)).take(rows)

    def make(change: Callable[[Any], Any], *, arm: str = "champion", **options: Any) -> Watched:
        service = serve(poll="1h", **options)
        serving = service.serving
        offer = serving.engine.deployed.offers[0]
        model = toy.Rates(change(offer.model._model.rates))  # type: ignore[attr-defined]
        name = register(serving, tmp_path / "new", model, golden)
        control_of(serving).promote(name, CHANGE, arm=arm)
        assert service.application.watcher.step()
        return Watched(service, name)

    return make


def without_blue(rates: Any) -> Any:
    """Return rates of which those of blue are missing: it raises."""
    return rates[:2]


def turned(rates: Any) -> Any:
    """Return the opposite."""
    return 1 - rates


def test_one_that_fails_is_rolled_back_and_quarantined(watch: Callable[..., Watched]) -> None:
    """The one before answers again; who and why are on record, counted, and logged."""
    watched = watch(without_blue)
    assert watched.ask("red", "blue", times=20) == {200, 500}
    watched.probation.step()
    watched.probation.step()
    assert watched.arms() == {"champion": "1.0.0/1"}
    assert watched.decisions() == [("alarm errors", "rollback"), ("alarm errors", "quarantine")]
    rollback = Decisions(watched.database).all("toy")[-2]
    assert "fails on 20 of the last 40 requests" in rollback.why
    generation = Generations(watched.database).named("toy", watched.name)
    assert generation is not None
    with pytest.raises(StateError, match="was quarantined: alarm errors: fails on 20"):
        watched.service.serving.artifacts.open(generation.artifact)
    assert watched.service.application.watcher.step()
    assert watched.ask("blue") == {200}
    assert watched.probation.watches == ()
    line = (
        'liaison_alarms_total{alarm="errors",arm="champion",generation="1.0.0/2",'
        'result="rolled back"} 1'
    )
    assert line in watched.service.ask("/metrics").body.decode()


@pytest.mark.parametrize("many", [1, 40], ids=["one by one", "batches"])
def test_one_that_drifts_is_rolled_back_and_kept(watch: Callable[..., Watched], many: int) -> None:
    """It is whole, and a person may bring it back: then it is watched no more."""
    watched = watch(turned)
    record = [{"record": {**RECORD, "colour": each}} for each in ("red", "green", "blue")]
    for _ in range(40 // many + 3):
        for each in record:
            watched.service.json("/predict", each if many == 1 else [each] * many)
        watched.probation.step()
    assert watched.decisions() == [("alarm drift", "rollback")]
    control_of(watched.service.serving).promote(watched.name, CHANGE)
    assert watched.service.application.watcher.step()
    assert watched.probation.watches == ()
    assert watched.arms() == {"champion": watched.name}


def test_a_sound_one_stays_and_is_served_as_it_is_afterwards(watch: Callable[..., Watched]) -> None:
    """After an hour nothing stands between it and requests."""
    watched = watch(lambda rates: rates)
    engine, watcher = watched.service.serving.engine, watched.service.application.watcher
    watched.ask("red", "green", "blue", times=20)
    watched.probation.step()
    assert watched.decisions() == []
    assert isinstance(engine.deployed.offers[0].model, WatchedModel)
    watcher._follow()
    assert isinstance(engine.deployed.offers[0].model, WatchedModel)
    watched.probation._clock.now = lambda: NOW + HOUR  # type: ignore[method-assign]
    watcher._follow()
    assert not isinstance(engine.deployed.offers[0].model, WatchedModel)
    assert watched.ask("red") == {200}


def test_a_champion_that_a_person_pinned_stays(watch: Callable[..., Watched]) -> None:
    """The alarm is counted once, and acted on when the pin is taken away."""
    watched = watch(turned)
    control = control_of(watched.service.serving)
    control.pin(CHANGE)
    for _ in range(4):
        watched.ask("red", "green", "blue")
        watched.probation.step()
    assert watched.decisions() == []
    assert dict(watched.probation.counts) == {("drift", "champion", "1.0.0/2", "pinned"): 1}
    control.unpin(CHANGE)
    watched.probation.step()
    assert watched.decisions() == [("alarm drift", "rollback")]


def test_an_arm_that_began_with_it_is_retired(watch: Callable[..., Watched]) -> None:
    """For failures, and not for drift: it is there to predict otherwise."""
    watched = watch(lambda rates: turned(rates)[:2], arm="candidate")
    engine = watched.service.serving.engine
    engine._selector, engine._build = Explicit(arm="candidate"), None
    engine.update(None)  # type: ignore[arg-type] - the selector takes no metrics
    for _ in range(4):
        watched.ask("red", "green")
        watched.probation.step()
    assert watched.decisions() == []
    assert watched.ask("blue") == {500}
    watched.probation.step()
    assert watched.arms() == {"champion": "1.0.0/1"}
    assert watched.decisions() == [("alarm errors", "retire"), ("alarm errors", "quarantine")]


def test_whoever_changed_the_manifest_first_stands(watch: Callable[..., Watched]) -> None:
    """This process changes nothing until it serves by what the other one published."""
    watched = watch(without_blue)
    watched.ask("red", "blue", times=20)
    publish(watched.service, began=1)
    watched.probation.step()
    assert watched.decisions() == []
    assert {each[3] for each in watched.probation.counts} == {"changed meanwhile"}
    assert watched.service.application.watcher.step()
    watched.probation.step()
    assert watched.arms() == {"champion": "1.0.0/1"}


def test_requests_on_which_the_one_before_fails_too_are_not_its_fault(
    watch: Callable[..., Watched],
) -> None:
    """No generation can predict them."""
    watched = watch(without_blue)
    (mine,) = watched.probation.watches
    before: Any = mine.reference
    before._one = None
    watched.ask("red", "blue", times=20)
    watched.probation.step()
    assert (watched.decisions(), mine.result) == ([], "")


def test_without_a_time_nothing_is_watched(watch: Callable[..., Watched]) -> None:
    """As configured by `serving.alarms.during=0s`."""
    watched = watch(turned, alarms=replace(ALARMS, during="0s"))
    assert watched.probation.watches == ()
    assert not isinstance(watched.service.serving.engine.deployed.offers[0].model, WatchedModel)


def test_a_process_that_starts_meanwhile_loads_the_one_before_when_it_looks(
    watch: Callable[..., Watched], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Not at its start; while the store is away it is tried again."""
    watched = watch(without_blue)
    (mine,) = watched.probation.watches
    mine.reference = None
    watched.ask("red", "blue", times=20)

    def away(_: Any) -> Any:
        raise StateError("the store is away")

    with monkeypatch.context() as patch:
        patch.setattr(watched.service.serving.loader, "load", away)
        with pytest.raises(StateError, match="the store is away"):
            watched.probation.step()
    assert watched.decisions() == []
    watched.probation.step()
    assert watched.arms() == {"champion": "1.0.0/1"}
