"""Makes a table of predictions part by part: what a killed command made is not made again."""

from __future__ import annotations

import shutil
from hashlib import sha256
from typing import TYPE_CHECKING

import msgspec

from contracts.compute.port import call
from contracts.host.durable import disk_errors, make_folder, sync, write_file
from production.scoring.part import PartScores, read_scores, score_part, summed

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from contracts.compute.port import Compute
    from production.scoring.part import Scorer
    from production.scoring.table import TablePart

#: The folder of the finished table, that of one which is being made, and what that one is made of.
DONE, MAKING, KEY = "scores", ".making", "key"


def make_table(
    scorer: Scorer,
    parts: Sequence[TablePart],
    output: Path,
    *,
    compute: Compute,
    progress: Callable[[str], None],
) -> PartScores:
    """Predict all parts of a table, and put the whole of it into the folder ``scores``.

    Args:
        scorer: What predicts.
        parts: The table.
        output: A folder that is ours.
        compute: Where parts are predicted.
        progress: Called with how far it is.

    Returns:
        What became of all rows.

    Raises:
        DataError: The table cannot be read.
        StateError: The disk failed.
    """
    making = _begin(output, _key(scorer, parts))
    scores = summed(_score_all(scorer, parts, making, compute, progress))
    with disk_errors(str(output / DONE)):
        (making / KEY).unlink()
        shutil.rmtree(output / DONE, ignore_errors=True)
        making.rename(output / DONE)
        sync(output)
    return scores


def _key(scorer: Scorer, parts: Sequence[TablePart]) -> bytes:
    """Return the digest of what a table is made of: equal ones need no part twice."""
    files = {
        str(file): (file.stat().st_size, file.stat().st_mtime_ns)
        for file in dict.fromkeys(part.file for part in parts)
    }
    places = [(str(part.file), part.groups) for part in parts]
    made_of = (
        str(scorer.contract),
        scorer.name,
        scorer.generation.name,
        scorer.keep,
        scorer.stored and scorer.stored.features,
        files,
        places,
    )
    return sha256(msgspec.json.encode(made_of)).hexdigest().encode()


def _begin(output: Path, key: bytes) -> Path:
    """Return the folder in which a table is made: with the parts that an equal command left."""
    making = output / MAKING
    with disk_errors(str(making)):
        if not (making / KEY).is_file() or (making / KEY).read_bytes() != key:
            shutil.rmtree(making, ignore_errors=True)
            make_folder(making)
            write_file(making / KEY, key)
    return making


def _score_all(
    scorer: Scorer,
    parts: Sequence[TablePart],
    making: Path,
    compute: Compute,
    progress: Callable[[str], None],
) -> list[PartScores]:
    """Return what became of the rows of each part, those that are there already first."""
    targets = {making / f"part-{number:05}.parquet": part for number, part in enumerate(parts)}
    done = {target: read_scores(target) for target in targets}
    rest = [target for target, scores in done.items() if scores is None]
    scores = [each for each in done.values() if each is not None]
    with compute.workers(len(rest)) as run:
        for each in run(call(score_part, scorer, targets[target], target) for target in rest):
            scores.append(each)
            rows = sum(part.rows for part in scores)
            progress(f"{rows:,} rows, {len(scores)} of {len(parts)} parts")
    return scores
