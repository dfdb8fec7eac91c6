"""Changes of how the recorded state is learned: windows, seed, parameters, days."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from contracts.moment import iso
from contracts.publication.change.change import Change, became, change
from contracts.publication.change.same import same

if TYPE_CHECKING:
    from collections.abc import Iterator

    from contracts.contract.terms import Learning

INSTANTS = ("start", "end", "known_by", "test_start", "test_end")


def learning(old: Learning, new: Learning) -> Iterator[Change]:
    """Yield the changes of how a model is learned; what a search chose is no change of intent."""
    for name in INSTANTS:
        was, now = iso(getattr(old, name)), iso(getattr(new, name))
        if was != now:
            yield change("learning", "window_moved", name, became(was, now), old=was, new=now)
    for name, rule in (("seed", "seed_changed"), ("day_offset", "day_changed")):
        was, now = getattr(old, name), getattr(new, name)
        if was != now:
            yield change("learning", rule, name, became(was, now), old=was, new=now)
    yield from _params(old, new)


def _params(old: Learning, new: Learning) -> Iterator[Change]:
    was, now = _named(old), _named(new)
    tuned = {*old.tuned, *new.tuned}
    for name in {**was, **now}:
        known = name in was and name in now
        if known and (name in tuned or same(was[name], now[name])):
            continue
        before, after = was.get(name, "not given"), now.get(name, "not given")
        given = {"old": was.get(name), "new": now.get(name)}
        yield change("learning", "params_changed", name, became(before, after), **given)


def _named(intent: Learning) -> dict[str, Any]:
    return {**intent.params, **dict.fromkeys(intent.tuned, "searched")}
