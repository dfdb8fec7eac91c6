"""Publishes a draft: a person's act that makes a contract immutable.

The folder appears under its final name whole and durable, or not at all.
"""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from contracts.contract import load, provenance
from contracts.contract.digest import NORMATIVE, differing
from contracts.durable import sync, sync_tree
from contracts.errors import ContractError, LiaisonError
from contracts.moment import iso
from contracts.publication.audit import verify
from contracts.publication.order import require_order
from contracts.publication.repository import commit, require_clean_tree

if TYPE_CHECKING:
    from collections.abc import Callable

    from contracts.clock import Clock
    from contracts.contract import Contract


def publish(
    draft: Path,
    root: Path,
    *,
    repo: Path,
    clock: Clock,
    sign: Callable[[Path], None] | None = None,
) -> Contract:
    """Copy a draft to ``root/<product>/<version>`` and return the published contract.

    Publishing what is published already does nothing.

    Args:
        draft: The folder of the draft.
        root: The folder of all published contracts.
        repo: The git work tree whose commit the contract is published from.
        clock: Tells when it was published.
        sign: Writes a signature beside a contract's files, unless one stands there.

    Raises:
        ContractError: The draft is none, or none that this code can keep; the version is published
            with other content, it is too small a bump for what changed, or the work tree is not
            clean.
    """
    contract = load(draft)
    target = root / contract.product / contract.version
    if target.exists():
        existing = _unchanged(contract, target)
        if sign is not None:
            sign(target)
        return existing
    _require_kept(contract)
    require_order(root, contract)
    require_clean_tree(repo)
    origin = msgspec.structs.replace(
        contract.provenance, published_from=commit(repo), published=iso(clock.now())
    )
    target.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=".publish-", dir=target.parent) as room:
        staged = Path(room) / contract.version
        staged.mkdir()  # by the umask, which the room itself is not
        for name in NORMATIVE:
            shutil.copyfile(draft / name, staged / name)
        provenance.write(staged, origin)
        load(staged)  # the draft may have changed while it was copied
        if sign is not None:
            sign(staged)
        _show(staged, target)
    return load(target)


def _require_kept(contract: Contract) -> None:
    """Refuse what the next check of all that is published would find fault with, for ever."""
    try:
        verify(contract)
    except LiaisonError as error:
        raise ContractError(
            f"{contract.product} {contract.version} cannot be kept: {error.message}",
            hint="draft it anew: python -m research task=specify",
            details=error.details,
        ) from error


def _unchanged(contract: Contract, target: Path) -> Contract:
    existing = load(target)
    changed = differing(contract.provenance.files, existing.provenance.files)
    if changed:
        raise ContractError(
            f"{contract.product} {contract.version} is published and differs from the draft in "
            f"{', '.join(changed)}",
            hint="a published contract never changes: give the draft a higher version",
        )
    return existing


def _show(staged: Path, target: Path) -> None:
    """Give a staged folder its final name, durably; never over another."""
    sync_tree(staged, sync)
    try:
        staged.rename(target)
    except OSError as error:
        if not target.exists():
            raise
        raise ContractError(
            f"{target}: another publication came first", hint="run the command again"
        ) from error
    sync(target.parent)
