"""Publishes a draft, by a person's decision: from then on the contract is immutable.

The folder appears under its final name complete and durable, or not at all.
"""

from __future__ import annotations

import shutil
from contextlib import contextmanager
from typing import TYPE_CHECKING

import msgspec

from contracts.contract import card as figures
from contracts.contract import load, provenance
from contracts.contract.digest import NORMATIVE, differing_files
from contracts.errors import ContractError, LiaisonError
from contracts.host.durable import disk_errors, make_folder, sync, sync_tree, write_file
from contracts.host.staging import staging, sweep
from contracts.moment import iso
from contracts.publication.audit import verify
from contracts.publication.card import write_document
from contracts.publication.order import check_order
from contracts.publication.repository import (
    DIRTY,
    UNCOMMITTED,
    check_clean_tree,
    head_commit,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

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

    Publishing equal content again changes nothing, except that a signature and a model card are
    added if missing.
    What a killed publication left behind is removed.

    Args:
        draft: The folder of the draft.
        root: The folder of all published contracts.
        repo: The git work tree whose commit the contract is published from.
        clock: Gives the time of publication.
        sign: Writes a signature beside a contract's files.

    Raises:
        ContractError: The draft cannot be read or fulfilled by this code; the version is published
            with other content, or is too small a bump for what changed; the work tree is not
            clean, or was not when the draft was made.
        StateError: The disk refused: nothing was published.
    """
    contract = load(draft)
    target = root / contract.product / contract.version
    sweep(target.parent)
    if target.exists():
        existing = _unchanged(contract, target)
        _add_card(draft, target)
        sync(target.parent)  # whoever published it may have been interrupted before this
        if sign is not None:
            sign(target)
        return existing
    _check_draft(contract)
    check_order(root, contract)
    _check_work_tree(repo, target)
    origin = msgspec.structs.replace(
        contract.provenance, published_from=head_commit(repo), published=iso(clock.now())
    )
    with disk_errors(f"{target}"), _room(target.parent) as folder:
        staged = folder / contract.version
        staged.mkdir()
        for name in NORMATIVE:
            shutil.copyfile(draft / name, staged / name)
        provenance.write(staged, origin)
        _add_card(draft, staged)
        load(staged)  # the draft may have changed while it was copied
        if sign is not None:
            sign(staged)
        _move(staged, target)
    return load(target)


def _add_card(draft: Path, folder: Path) -> None:
    """Add a draft's model card to a contract of the same content that has none."""
    if (draft / figures.FILE).is_file() and not (folder / figures.FILE).exists():
        figures.read(draft, digest=load(folder).digest)
        write_file(folder / figures.FILE, (draft / figures.FILE).read_bytes())
        write_document(folder)


@contextmanager
def _room(folder: Path) -> Iterator[Path]:
    """Yield a temporary folder inside a folder that is made if it is missing."""
    make_folder(folder)
    with staging(folder) as room:
        yield room


def _check_draft(contract: Contract) -> None:
    """Refuse a draft that `task=check` would refuse once published, or that no commit can repeat.

    Raises:
        ContractError: It is one of these.
    """
    try:
        verify(contract)
    except LiaisonError as error:
        raise ContractError(
            f"{contract.product} {contract.version} cannot be kept: {error.message}",
            hint="draft it anew: python -m research task=specify",
            details=error.details,
        ) from error
    made_from = contract.provenance.commit
    if made_from == UNCOMMITTED:
        raise ContractError(
            f"{contract.folder}: the draft was made to compare by, from no commit",
            hint="commit the product's file, then draft it anew: python -m research task=specify",
        )
    if made_from.endswith(DIRTY):
        raise ContractError(
            f"{contract.folder}: the draft was made from files that differ from commit "
            f"{made_from.removesuffix(DIRTY)}",
            hint="commit them, then draft it anew: python -m research task=specify",
        )


def _check_work_tree(repo: Path, target: Path) -> None:
    """Refuse a work tree that is not clean; name another publication if that is the reason."""
    try:
        check_clean_tree(repo)
    except ContractError as error:
        if target.exists():
            raise _published_meanwhile(target) from error
        raise


def _published_meanwhile(target: Path) -> ContractError:
    return ContractError(f"{target}: another publication came first", hint="run the command again")


def _unchanged(contract: Contract, target: Path) -> Contract:
    """Return the published contract, if the draft equals it.

    Raises:
        ContractError: They differ.
    """
    existing = load(target)
    changed = differing_files(contract.provenance.files, existing.provenance.files)
    if changed:
        raise ContractError(
            f"{contract.product} {contract.version} is published and differs from the draft in "
            f"{', '.join(changed)}",
            hint="a published contract never changes: give the draft a higher version",
        )
    return existing


def _move(staged: Path, target: Path) -> None:
    """Give a staged folder its final name, durably, without replacing another."""
    sync_tree(staged, sync)
    try:
        staged.rename(target)
    except OSError as error:
        if not target.exists():
            raise
        raise _published_meanwhile(target) from error
    sync(target.parent)
