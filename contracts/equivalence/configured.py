"""The two sides of a proof, from a product's configuration; research may be absent."""

from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any

from contracts.config.instantiate import TARGET, instantiate, locate
from contracts.contract.shelf import installed
from contracts.equivalence.parties import parties
from contracts.equivalence.sides import COUNTEREXAMPLES, Sides
from contracts.errors import ConfigError, ContractError, LiaisonError, MissingExtraError
from contracts.version import Version

if TYPE_CHECKING:
    from contracts.config.product import Product, Side
    from contracts.contract import Contract
    from contracts.equivalence.parties import Parties
    from contracts.equivalence.sides import Progress
    from contracts.ports import Learner, Model


def configured(
    product: Product,
    contract: Contract,
    *,
    liaison: str = "dual",
    chosen: Parties | None = None,
    progress: Progress | None = None,
) -> Sides:
    """Return the two sides of a product's proof.

    Dual: production's implementation against research's solution. Joint: research's solution in the
    form it is served in, against itself as fitted. Where research's packages are not installed
    there is no reference, and the sides say why.

    Args:
        product: The product's configuration.
        contract: The version to be fulfilled.
        liaison: The liaison's option: ``dual`` or ``joint``.
        chosen: Who is held to it, and against whom; as the liaison has it unless given.
        progress: Told of each step before it begins.

    Raises:
        ConfigError: A side's name leads nowhere, or the product has none to prove.
    """
    sides = chosen or parties(product, liaison=liaison)
    common: dict[str, Any] = {
        "progress": progress,
        "counterexamples": _counterexamples(contract),
        "earlier": _earlier(contract),
    }
    source = instantiate(product.source)
    if sides.liaison == "joint":
        return Sides(
            contract,
            source,
            candidate=None,
            reference=_learner(sides.candidate),
            served=_model(sides.candidate),
            **common,
        )
    reference, absent = _reference(sides.reference)
    return Sides(
        contract,
        source,
        candidate=_learner(sides.candidate),
        reference=reference,
        served=_model(sides.candidate),
        absent=absent,
        **common,
    )


def _learner(side: Side) -> Learner:
    name = side.learner.get(TARGET)
    try:
        made = instantiate(side.learner)
    except TypeError as error:
        raise ConfigError(
            f"{name}: cannot be made without arguments: {error}",
            hint="give them in the product's configuration: its solution or its implementation",
        ) from error
    except (LiaisonError, ImportError):
        raise
    except Exception as error:
        raise ConfigError(
            f"{name}: cannot be made: {type(error).__name__}: {error}",
            hint="mend its constructor, or what the product's configuration gives it",
        ) from error
    if not callable(getattr(made, "fit", None)):
        raise ConfigError(
            f"{name}: expected a learner, with a method `fit`, got {type(made).__name__}",
            hint="name the learner's class, not the model's",
        )
    learner: Learner = made
    return learner


def _model(side: Side) -> type[Model] | None:
    """Return what reads the side's state back; None leaves it to what the learner makes."""
    if not side.model:
        return None
    found: type[Model] = locate(side.model)
    return found


def _counterexamples(contract: Contract) -> Path:
    """Return where counterexamples are kept: beside the golden set, or near who only installs it.

    What is installed is not written to; a folder of the working directory can be committed.
    """
    if installed(contract.folder):
        return Path(COUNTEREXAMPLES) / contract.product / contract.version
    return contract.folder / COUNTEREXAMPLES


def _earlier(contract: Contract) -> tuple[Path, ...]:
    """Return where counterexamples of this version and earlier ones of its major lie, newest first.

    What came with an installed contract is there, and what was kept near who installed it.
    """
    folders = {
        each: each.parent.name for each in contract.folder.parent.glob(f"*/{COUNTEREXAMPLES}")
    }
    if installed(contract.folder):
        near = (Path(COUNTEREXAMPLES) / contract.product).glob("*")
        folders |= {each: each.name for each in near}
    own = Version.parse(contract.version)
    found = [
        (version, folder)
        for folder, name in folders.items()
        if (version := _version(name)) and version.major == own.major and version <= own
    ]
    return tuple(folder for _, folder in sorted(found, reverse=True))


def _version(name: str) -> Version | None:
    """Return the version that a folder is named by, None for another folder."""
    try:
        return Version.parse(name)
    except ContractError:
        return None


def _reference(side: Side | None) -> tuple[Learner | None, str]:
    if side is None:
        return None, "no reference was asked for"
    try:
        return _learner(side), ""
    except (ModuleNotFoundError, ConfigError, MissingExtraError) as error:
        missing = _not_installed(error)
        if missing is None:
            raise
        return None, f"research is not installed: {missing}"


def _not_installed(error: Exception) -> str | None:
    """Return what is not installed; None for an error that is a mistake of someone's."""
    if isinstance(error, MissingExtraError):
        return error.message
    cause = error if isinstance(error, ModuleNotFoundError) else error.__cause__
    name = cause.name if isinstance(cause, ModuleNotFoundError) else None
    if name is None or find_spec(name.partition(".")[0]) is not None:
        return None
    return f"no module {name!r}"
