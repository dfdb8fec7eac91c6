"""What other packages register is loaded by name, and checked before it is used."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

import msgspec
import pytest

from contracts.errors import ContractError
from contracts.host import plugins

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

GROUP = "liaison.tests"


class Sound(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A struct that a package registers."""

    name: ClassVar[str] = "sound"

    def holds(self) -> bool:
        """Return True."""
        return True


class Open(msgspec.Struct, frozen=True):
    """A struct that takes unknown fields."""

    name: ClassVar[str] = "open"


class Loose(msgspec.Struct):
    """A struct that takes unknown fields and can be changed."""

    name: ClassVar[str] = "loose"


def needs(_kind: type[Any]) -> Iterable[str]:
    """Return the members that the structs of this group must have."""
    return ["holds"]


def test_only_what_is_named_is_loaded(
    plug: Callable[[str, str, object], None],
) -> None:
    """A package whose import fails affects nobody who does not name what it registered."""
    plug(GROUP, "sound", Sound)
    plug(GROUP, "broken", ImportError("No module named 'away'"))
    assert plugins.registered_names(GROUP) == ["broken", "sound"]
    assert plugins.load(GROUP, "sound") is Sound
    assert plugins.load_struct(GROUP, "sound", needs=needs) is Sound
    assert plugins.load(GROUP, "absent") is None
    assert plugins.load_struct(GROUP, "absent", needs=needs) is None


@pytest.mark.parametrize("error", [ImportError("No module named 'away'"), RuntimeError("no GPU")])
def test_an_object_that_cannot_be_loaded_is_named(
    plug: Callable[[str, str, object], None], error: Exception
) -> None:
    """Whatever a package's import raises, the error names the entry point and the reason."""
    plug(GROUP, "broken", error)
    with pytest.raises(ContractError, match=r"'broken' of the group 'liaison.tests', .*cannot be"):
        plugins.load(GROUP, "broken")
    with pytest.raises(ContractError) as caught:
        plugins.load_struct(GROUP, "broken", needs=needs)
    assert repr(error) in caught.value.message


@pytest.mark.parametrize(
    ("name", "found", "says"),
    [
        ("sound", dict, "'sound' .* is no msgspec.Struct: <class 'dict'>"),
        ("sound", Sound(), r"'sound' .* is no msgspec.Struct: Sound\(\)"),
        ("other", Sound, "'other' .* has another name of its own: 'sound'"),
        ("open", Open, "'open' .* a struct without forbid_unknown_fields=True"),
        ("loose", Loose, "'loose' .* a struct without frozen=True, forbid_unknown_fields=True"),
    ],
)
def test_an_unfit_object_is_refused(
    plug: Callable[[str, str, object], None], name: str, found: object, says: str
) -> None:
    """It must be a frozen struct without unknown fields, named as its entry point."""
    plug(GROUP, name, found)
    with pytest.raises(ContractError, match=says):
        plugins.load_struct(GROUP, name, needs=needs)


@pytest.mark.parametrize("member", ["parts", "__call__"])
def test_a_struct_that_lacks_a_member_is_refused(
    plug: Callable[[str, str, object], None], member: str
) -> None:
    """``__call__`` must be the struct's own, not the one of its metaclass."""
    plug(GROUP, "sound", Sound)
    with pytest.raises(ContractError, match=f"'sound' .* lacks {member}"):
        plugins.load_struct(GROUP, "sound", needs=lambda _: ["holds", member])


def test_a_name_registered_twice_is_refused_when_it_is_used(
    plug: Callable[[str, str, object], None],
) -> None:
    """The error names both packages, and is raised only when the name is used."""
    plug(GROUP, "sound", Sound)
    plug(GROUP, "sound", Open)
    plug(GROUP, "open", Open)
    assert plugins.load(GROUP, "open") is Open
    with pytest.raises(ContractError, match=r"'sound' is registered twice .*Open and .*Sound"):
        plugins.load(GROUP, "sound")


def test_a_package_installed_later_is_found(plug: Callable[[str, str, object], None]) -> None:
    """A session that installs a package after its first look-up finds what it registered."""
    assert plugins.load(GROUP, "sound") is None
    plug(GROUP, "sound", Sound)
    assert plugins.load(GROUP, "sound") is Sound
