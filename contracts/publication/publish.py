"""Publishes a draft: a person's act that makes a contract immutable.

The folder appears under its final name whole and durable, or not at all.
"""

from __future__ import annotations

import shutil
import tempfile
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from contracts.contract import load, provenance
from contracts.contract.digest import NORMATIVE, differing
from contracts.errors import ContractError, LiaisonError
from contracts.host.durable import disk_errors, make_folder, sync, sync_tree
from contracts.moment import iso
from contracts.publication.audit import verify
from contracts.publication.order import require_order
from contracts.publication.repository import DIRTY, commit, require_clean_tree

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from contracts.contract import Contract
    from contracts.host.clock import Clock


def publish(
    draft: Path,
    root: Path,
    *,
    repo: Path,
    clock: Clock,
    sign: Callable[[Path], object] | None = None,
) -> Contract:
    """Copy a draft to ``root/<product>/<version>`` and return the published contract.

    Publishing what is published already does nothing but sign it, where it is not signed so.

    Args:
        draft: The folder of the draft.
        root: The folder of all published contracts.
        repo: The git work tree whose commit the contract is published from.
        clock: Tells when it was published.
        sign: Writes a signature beside a contract's files.

    Raises:
        ContractError: The draft is none, or none that this code can keep; the version is published
            with other content, it is too small a bump for what changed, or the work tree is not
            clean, or was not when the draft was made.
        StateError: The disk refused: nothing was published.
    """
    contract = load(draft)
    target = root / contract.product / contract.version
    if target.exists():
        existing = _unchanged(contract, target)
        sync(target.parent)  # whoever came first may have been cut off before
        if sign is not None:
            sign(target)
        return existing
    _require_kept(contract)
    _require_committed(contract)
    require_order(root, contract)
    _require_clean(repo, target)
    origin = msgspec.structs.replace(
        contract.provenance, published_from=commit(repo), published=iso(clock.now())
    )
    with disk_errors(f"{target}"), _room(target.parent) as room:
        staged = room / contract.version
        staged.mkdir()  # by the umask, which the room itself is not
        for name in NORMATIVE:
            shutil.copyfile(draft / name, staged / name)
        provenance.write(staged, origin)
        load(staged)  # the draft may have changed while it was copied
        if sign is not None:
            sign(staged)
        _show(staged, target)
    return load(target)


@contextmanager
def _room(folder: Path) -> Iterator[Path]:
    """Yield a folder to stage in, gone afterwards; what a killed process leaves, git never sees."""
    make_folder(folder)
    with tempfile.TemporaryDirectory(prefix=".publish-", dir=folder) as room:
        (Path(room) / ".gitignore").write_text("*\n")
        yield Path(room)


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


def _require_committed(contract: Contract) -> None:
    """Refuse a draft whose code no commit has: nobody could ever make it again."""
    made = contract.provenance.commit
    if made.endswith(DIRTY):
        raise ContractError(
            f"{contract.folder}: the draft was made from files that differ from commit "
            f"{made.removesuffix(DIRTY)}",
            hint="commit them, then draft it anew: python -m research task=specify",
        )


def _require_clean(repo: Path, target: Path) -> None:
    """Refuse a work tree that is not clean, and say so where another publication came first."""
    try:
        require_clean_tree(repo)
    except ContractError as error:
        if target.exists():
            raise _overtaken(target) from error
        raise


def _overtaken(target: Path) -> ContractError:
    return ContractError(f"{target}: another publication came first", hint="run the command again")


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
        raise _overtaken(target) from error
    sync(target.parent)
