"""References: research's solution fitted to the rows of a generation, with its params and seed.

Each is fitted once, in the agent's own process, and kept below the agent's own folder in the form
in which it is exported: no other part of production ever reads it.
"""

from __future__ import annotations

import shutil
from hashlib import blake2b
from typing import TYPE_CHECKING

import msgspec

from contracts.errors import IntegrityError, LiaisonError
from contracts.host.durable import disk_errors, write_file
from contracts.host.owned import claim
from contracts.host.staging import PREFIX, staging, sweep
from contracts.ports import ID, Model
from production.agents.parity.profile import InputProfile, input_profile
from production.generation.description import Description
from production.generation.files import pack, unpack

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path
    from typing import Protocol

    import pyarrow as pa

    from contracts.contract import Contract
    from contracts.data.labelled import LabelledRows
    from contracts.ports import Learner
    from production.agents.parity.column import Mask
    from production.registry.generations import Generation

    class Rows(Protocol):
        """Fetches the rows of a training."""

        def __call__(self, start: int, end: int, *, known_by: int) -> LabelledRows:
            """Return the labelled rows of a window, as known by a moment."""


RECORD, PACKED = "reference.json", "generation"


class Reference(msgspec.Struct, frozen=True, kw_only=True):
    """The reference of one generation.

    Attributes:
        profile: What the inputs of the generation's training looked like.
        model: The reference's model; none where it could not be fitted to the same rows.
        why_not: Why there is none.
    """

    profile: InputProfile
    model: Model | None
    why_not: str = ""


class References:
    """The references of one product's generations; only that of the newest one is kept.

    Args:
        folder: The agent's own folder.
        learner: Research's learner.
        kind: The class that reads its exported models.
        contract: The contract that is deployed.
        golden: The contract's golden rows.
        rows: Fetches the rows of a training.
        chosen: Which of some events a sample would have.
        over: How long a window is that live inputs are compared in, microseconds.
        least: Windows of fewer rows are left out.
        revises: Whether the source revises rows of the past by design: then nothing is fitted.
    """

    def __init__(
        self,
        *,
        folder: Path,
        learner: Learner,
        kind: type[Model],
        contract: Contract,
        golden: pa.Table,
        rows: Rows,
        chosen: Callable[[Sequence[str]], Mask],
        over: int,
        least: int,
        revises: bool = False,
    ) -> None:
        self._folder, self._learner, self._kind = folder, learner, kind
        self._contract, self._golden, self._rows = contract, golden, rows
        self._chosen, self._over, self._least = chosen, over, least
        self._revises = revises
        self._current: tuple[str, Reference] | None = None

    def of(self, generation: Generation) -> Reference:
        """Return the reference of a generation, fitted if it was not fitted before."""
        name = self._name(generation)
        if self._current is None or self._current[0] != name:
            self._current = name, self._read(name) or self._made(name, generation)
        return self._current[1]

    def _name(self, generation: Generation) -> str:
        """Return the name of what is kept: another one for whatever would make it differ."""
        basis = msgspec.json.encode(
            (
                generation.release,
                generation.number,
                generation.artifact,
                type(self._learner).__qualname__,
                self._over,
                self._least,
            )
        )
        return blake2b(basis, digest_size=12).hexdigest()

    def _read(self, name: str) -> Reference | None:
        """Return what is kept under a name; none if nothing is, or if it cannot be read."""
        folder = self._folder / name
        try:
            profile = msgspec.json.decode((folder / RECORD).read_bytes(), type=InputProfile)
            model = unpack(folder / PACKED, self._kind, self._contract, name="the reference")
        except (OSError, msgspec.MsgspecError, IntegrityError):
            return None
        return Reference(profile=profile, model=model)

    def _made(self, name: str, generation: Generation) -> Reference:
        rows = self._rows(generation.start, generation.end, known_by=generation.known_by)
        profile = input_profile(
            rows.rows,
            rows.times,
            golden=self._golden,
            end=generation.end,
            over=self._over,
            least=self._least,
            chosen=self._chosen(rows.events[ID].to_pylist()),
        )
        listed, why = rows.examples.num_rows, ""
        if self._revises:
            why = "the source revises rows, so those that it was trained on are gone"
        elif listed != generation.rows:
            why = (
                f"the source has {listed:,} rows for it today, it was trained on "
                f"{generation.rows:,}"
            )
        if why:
            return Reference(profile=profile, model=None, why_not=why)
        try:
            fitted = self._learner.fit(
                rows.examples, params=generation.params, seed=generation.seed
            )
            return self._keep(name, fitted, profile)
        except LiaisonError as error:
            return Reference(profile=profile, model=None, why_not=error.message)
        except Exception as error:  # noqa: BLE001 - research's code may raise anything
            why = f"research's solution fails: {type(error).__name__}: {error}"
            return Reference(profile=profile, model=None, why_not=why)

    def _keep(self, name: str, fitted: Model, profile: InputProfile) -> Reference:
        """Keep a reference in place of all others, and return it as it reads back."""
        contract = self._contract
        description = Description(
            product=contract.product,
            contract=contract.version,
            inputs=contract.inputs,
            k=contract.k,
        )
        with disk_errors("the reference"):
            claim(self._folder)
            sweep(self._folder)
            with staging(self._folder) as content:
                (content / PACKED).mkdir()
                pack(
                    content / PACKED,
                    fitted,
                    description=description,
                    golden=self._golden,
                    target=contract,
                )
                write_file(content / RECORD, msgspec.json.encode(profile))
                self._forget()
                content.rename(self._folder / name)
        model = unpack(self._folder / name / PACKED, self._kind, contract, name="the reference")
        return Reference(profile=profile, model=model)

    def _forget(self) -> None:
        """Remove what was kept before."""
        for path in self._folder.iterdir():
            if path.is_dir() and not path.name.startswith(PREFIX):
                shutil.rmtree(path, ignore_errors=True)
