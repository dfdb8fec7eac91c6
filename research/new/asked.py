"""What a person asks of `task=new`."""

from __future__ import annotations

import re
import shlex
from pathlib import Path
from typing import Literal
from zoneinfo import available_timezones

import msgspec

from contracts.config.product import Paths
from contracts.config.settings import Closed, Component, Task
from contracts.data.opened import is_database
from contracts.errors import ConfigError, did_you_mean
from contracts.moment import DURATION
from contracts.name import FORM, RULE

#: What `time` says where the data have none.
NO_TIME = "none"
REQUIRED = {
    "data": "a file, a folder, or the URL of a database: data=events.parquet",
    "target": "the column to predict: target=churned",
}


class ProductName(Closed, frozen=True, kw_only=True):
    """The product's name."""

    name: str | None


class Folders(Closed, frozen=True, kw_only=True):
    """Where the results of learning and of drafting are put, as the tasks of their own put them."""

    learned: str
    drafted: str


class NewProduct(Closed, frozen=True, kw_only=True):
    """The configuration of `task=new`; its file says what each key is."""

    paths: Paths
    task: Task
    compute: Component
    tracking: Component
    product: ProductName
    data: str | None
    table: str | None
    query: str | None
    target: str | None
    kind: Literal["binary", "multiclass", "regression"] | None
    positive: str | None
    time: str | None
    zone: str | None
    unit: Literal["s", "ms", "us"] | None
    arrived: str | None
    id: str | None
    key: str | None
    drop: str | None
    keep: str | None
    package: str | None
    implementation: Literal["made", "skeleton", "none"]
    replace: bool

    @property
    def name(self) -> str:
        """The product's name, checked."""
        return str(self.product.name)

    @property
    def dropped(self) -> tuple[str, ...]:
        """The columns that are no inputs."""
        return _listed(self.drop)

    @property
    def kept(self) -> tuple[str, ...]:
        """The columns that are inputs whatever is found of them."""
        return _listed(self.keep)

    @property
    def delay(self) -> str | None:
        """How long outcomes take, where `arrived` is a duration and no column."""
        is_delay = self.arrived == "0" or re.fullmatch(
            rf"({DURATION.pattern})+", self.arrived or ""
        )
        return self.arrived if is_delay else None

    @property
    def named_columns(self) -> dict[str, tuple[str, ...]]:
        """The columns that keys name, by key."""
        arrived = None if self.delay else self.arrived
        time = None if self.time == NO_TIME else self.time
        one = {"target": self.target, "time": time, "arrived": arrived, "id": self.id}
        one["key"] = self.key
        named = {key: (name,) for key, name in one.items() if name is not None}
        return named | {"drop": self.dropped, "keep": self.kept}


def check(asked: NewProduct) -> NewProduct:
    """Return what was asked, if it says what it must.

    Raises:
        ConfigError: The name, the data or the target is missing; or a name is none: the
            product's, that of a time zone or of a column; or a skeleton has no package to be in.
    """
    name = asked.product.name
    if name is None or FORM.search(name) is None or "." in name:  # Hydra takes a dot for an ending
        raise ConfigError(
            f"product: expected the new product's name, got {name!r}",
            hint=f"product=churn; {RULE}; the new one's has no '.'",
        )
    for key, hint in REQUIRED.items():
        if not getattr(asked, key):
            raise ConfigError(f"{key}: task=new needs it", hint=hint)
    zones = available_timezones()
    if asked.zone is not None and asked.zone not in zones:
        raise ConfigError(
            f"zone={asked.zone}: no such time zone{did_you_mean(asked.zone, sorted(zones))}",
            hint="names are those of the IANA database, such as zone=Europe/Berlin",
        )
    given = [name for names in asked.named_columns.values() for name in names]
    roles = {"time", "arrived", "id", "key"} & {*asked.named_columns}
    for role in sorted(roles):
        if asked.named_columns[role] == (asked.target,):
            raise ConfigError(
                f"{role}={asked.target}: the column is the target",
                hint=f"leave {role} out, or name another column",
            )
    _check_package(asked, name)
    if both := {*asked.dropped} & {*asked.kept}:
        raise ConfigError(f"drop and keep both name {sorted(both)}", hint="name them once")
    if any(not name for name in given):
        raise ConfigError("a column's name is empty", hint="names stand between commas: drop=a,b")
    return asked


def _check_package(asked: NewProduct, name: str) -> None:
    if asked.package == "":
        raise ConfigError(
            "package: the folder's name is empty", hint=f"package={name}, or leave it out"
        )
    if asked.implementation == "skeleton" and asked.package is None:
        raise ConfigError(
            "implementation=skeleton: code of your own needs a package to be in",
            hint=f"say package={name} too, or leave implementation out: one is made",
        )


def placed(asked: NewProduct) -> NewProduct:
    """Return what was asked with files by absolute paths, where a package elsewhere reads them."""
    if asked.package is None or is_database(str(asked.data)):
        return asked
    return msgspec.structs.replace(asked, data=str(Path(str(asked.data)).resolve()))


def with_defaults(asked: NewProduct, **found: str | None) -> NewProduct:
    """Return what was asked with what was found where nothing was said."""
    return msgspec.structs.replace(asked, **found)


def typed(key: str, *names: str) -> str:
    """Return what a person types to name columns, as a shell takes it.

    >>> typed("keep", "region", "plan"), typed("keep", "handle time (min)")
    ('keep=region,plan', "'keep=handle time (min)'")
    """
    return shlex.quote(f"{key}={','.join(names)}")


def _listed(text: str | None) -> tuple[str, ...]:
    return tuple(each.strip() for each in text.split(",")) if text else ()
