"""The two sides of a proof as a product's configuration names them, and how they are opened."""

from __future__ import annotations

from hashlib import sha256
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import msgspec

from contracts.config.instantiate import TARGET, instantiate, locate
from contracts.config.packages import source_digest
from contracts.config.product import Side
from contracts.contract.lookup import is_installed
from contracts.equivalence.sides import COUNTEREXAMPLES, Sides
from contracts.errors import ConfigError, LiaisonError, MissingExtraError, did_you_mean
from contracts.version import FORM, Version

if TYPE_CHECKING:
    from contracts.config.product import Product
    from contracts.contract import Contract
    from contracts.equivalence.sides import Progress
    from contracts.ports import Learner, Model, Source

WORDS = ("implementation", "solution")
NONE = "none"


class ChosenSides(msgspec.Struct, frozen=True, kw_only=True):
    """The two sides of a proof, as configuration names them.

    Attributes:
        liaison: ``joint`` if the candidate is the reference itself in the form it is served in.
        candidate: What is to be proven.
        reference: What it is compared with; None if the user asked for none.
    """

    liaison: Literal["dual", "joint"]
    candidate: Side
    reference: Side | None

    @property
    def names(self) -> tuple[str, str]:
        """The dotted names of the candidate's learner and the reference's; empty for none."""
        return _name(self.candidate), "" if self.reference is None else _name(self.reference)

    @property
    def code(self) -> str:
        """The digest of the candidate's configuration and of the code that runs."""
        name, _ = self.names
        config = msgspec.json.encode(self.candidate, order="sorted")
        return sha256(config + source_digest([name.partition(".")[0]]).encode()).hexdigest()


def choose_sides(
    product: Product, *, liaison: str = "", candidate: str = "", reference: str = ""
) -> ChosenSides:
    """Return the two sides of a product's proof.

    Args:
        product: The product's configuration.
        liaison: Decides on the candidate unless one is named; without either it is the product's
            implementation if it has one, else its solution.
        candidate: ``implementation``, ``solution`` (as it is served: the joint liaison), or the
            dotted name of a learner's class.
        reference: ``solution`` unless given; ``implementation``, a learner's dotted name, or
            ``none`` for what production can prove without a reference.

    Raises:
        ConfigError: A word is none of these, the product lacks the side, or a joint candidate is
            given another reference than itself.
    """
    liaison = liaison or ("joint" if product.implementation is None else "dual")
    candidate = candidate or ("solution" if liaison == "joint" else "implementation")
    reference = reference or "solution"
    joint = candidate == "solution"
    if joint and reference != "solution":
        raise ConfigError(
            "candidate=solution is proven against itself as fitted, "
            f"not against reference={reference}",
            hint="leave the reference out, or name the solution's learner as the candidate",
        )
    return ChosenSides(
        liaison="joint" if joint else "dual",
        candidate=_side(product, candidate, what="candidate"),
        reference=None if reference == NONE else _side(product, reference, what="reference"),
    )


def open_sides(
    product: Product,
    contract: Contract,
    *,
    liaison: str = "",
    chosen: ChosenSides | None = None,
    source: Source | None = None,
    progress: Progress | None = None,
) -> Sides:
    """Return the two sides of a product's proof, ready to be fitted.

    Dual: production's implementation against research's solution. Joint: research's solution in the
    form it is served in, against itself as fitted. If research's packages are not installed there
    is no reference, and the sides say why.

    Args:
        product: The product's configuration.
        contract: The version to be fulfilled.
        liaison: The liaison's option: ``dual`` or ``joint``; `choose_sides` decides unless given.
        chosen: The two sides; as the liaison has them unless given.
        source: Where the contract's windows are fetched from; the product's own unless given.
        progress: Called with each step before it begins.

    Raises:
        ConfigError: A side's name leads nowhere, or the product has no such side.
    """
    chosen = chosen or choose_sides(product, liaison=liaison)
    learner, joint = _learner(product, chosen.candidate), chosen.liaison == "joint"
    reference, reason = (learner, "") if joint else reference_learner(product, chosen.reference)
    return Sides(
        contract,
        instantiate(product.source, "product.source") if source is None else source,
        candidate=None if joint else learner,
        reference=reference,
        served=_model(product, chosen.candidate),
        progress=progress,
        no_reference=reason,
        counterexamples=_counterexamples(contract),
        earlier=_earlier(contract),
    )


def _side(product: Product, word: str, *, what: str) -> Side:
    if word == "solution":
        return product.solution
    if word == "implementation":
        if product.implementation is None:
            raise ConfigError(
                f"product {product.name} has no implementation to prove",
                hint="add product.implementation, or prove research's own as served: liaison=joint",
            )
        return product.implementation
    if "." in word:
        return Side(learner={TARGET: word}, model="")
    words = (*WORDS, *((NONE,) if what == "reference" else ()))
    raise ConfigError(
        f"{what}={word}: expected {', '.join(words)} or a learner's dotted name"
        f"{did_you_mean(word, words)}"
    )


def _name(side: Side) -> str:
    learner: dict[str, Any] = side.learner
    return str(learner.get(TARGET, ""))


def _learner(product: Product, side: Side) -> Learner:
    name = _name(side)
    try:
        learner: Learner = instantiate(side.learner, product.key_of(side, "learner"))
    except (LiaisonError, ImportError):
        raise
    except Exception as error:
        raise ConfigError(
            f"{name}: cannot be made: {type(error).__name__}: {error}",
            hint="mend its constructor, or what the product's configuration gives it",
        ) from error
    if not callable(getattr(learner, "fit", None)):
        raise ConfigError(
            f"{name}: expected a learner, with a method `fit`, got {type(learner).__name__}",
            hint="name the learner's class, not the model's",
        )
    return learner


def _model(product: Product, side: Side) -> type[Model] | None:
    """Return the class that reads the side's state; None for the class that the learner fits."""
    key = product.key_of(side, "model")
    return locate(side.model, "model", key=key) if side.model else None


def reference_learner(product: Product, side: Side | None) -> tuple[Learner | None, str]:
    """Return the reference's learner, or None and why there is none.

    Raises:
        ConfigError: The side's name leads nowhere in a package that is installed.
    """
    if side is None:
        return None, "no reference was asked for"
    try:
        return _learner(product, side), ""
    except (ModuleNotFoundError, ConfigError, MissingExtraError) as error:
        missing = _missing_module(error)
        if missing is None:
            raise
        return None, f"research is not installed: {missing}"


def _missing_module(error: Exception) -> str | None:
    """Return what is not installed; None if the error has another reason."""
    if isinstance(error, MissingExtraError):
        return error.message
    cause = error if isinstance(error, ModuleNotFoundError) else error.__cause__
    name = cause.name if isinstance(cause, ModuleNotFoundError) else None
    if name is None or find_spec(name.partition(".")[0]) is not None:
        return None
    return f"no module {name!r}"


def _counterexamples(contract: Contract) -> Path:
    """Return where new counterexamples are written: beside the golden set.

    For an installed contract it is a folder of the working directory, which can be committed.
    """
    if is_installed(contract.folder):
        return Path(COUNTEREXAMPLES) / contract.product / contract.version
    return contract.folder / COUNTEREXAMPLES


def _earlier(contract: Contract) -> tuple[Path, ...]:
    """Return the folders of counterexamples of this version and earlier ones of its major.

    The newest come first. For an installed contract they are those that came with it, and those of
    the working directory.
    """
    folders = {
        path: path.parent.name for path in contract.folder.parent.glob(f"*/{COUNTEREXAMPLES}")
    }
    if is_installed(contract.folder):
        local = (Path(COUNTEREXAMPLES) / contract.product).glob("*")
        folders |= {path: path.name for path in local}
    versions = {f: Version.parse(name) for f, name in folders.items() if FORM.fullmatch(name)}
    own = Version.parse(contract.version)
    earlier = [f for f, v in versions.items() if v.major == own.major and v <= own]
    return tuple(sorted(earlier, key=versions.__getitem__, reverse=True))
