"""The task `score`: predictions of a whole table by one generation, as Parquet files."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import msgspec

from contracts.config import instantiate, options
from contracts.config.settings import Closed
from contracts.errors import ConfigError, DataError
from contracts.host.clock import Stopwatch
from contracts.host.durable import write_file
from contracts.host.owned import claim
from contracts.report.result import hand_over
from contracts.report.terminal import console, say, status_updater
from production.assembly.serving import deployed_contract, serving_parts
from production.database.database import Database
from production.scoring.generation import named_candidate
from production.scoring.making import DONE, make_table
from production.scoring.part import Scorer
from production.scoring.stored import stored_columns
from production.scoring.table import check_columns, split, table_files
from production.service.folder import chosen_state
from production.settings import Production

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rich.console import Console

    from contracts.config.entry import Request
    from contracts.contract import Contract
    from production.generation.description import Candidate
    from production.scoring.stored import StoredColumns


class ScoreOptions(Closed, frozen=True, kw_only=True):
    """What is predicted, and by what.

    Attributes:
        rows: A Parquet, CSV or Arrow file, or a folder of them: the contract's input columns.
        keep: Columns of it that are written beside the predictions, such as an id.
        generation: Such as ``1.0.0/3``; none for the champion.
        state: The folder ``state`` of a run; none for the product in service.
        part: How many rows a part has at most; Parquet is divided between its row groups.
    """

    rows: str | None
    keep: tuple[str, ...]
    generation: str | None
    state: str | None
    part: Annotated[int, msgspec.Meta(ge=1)]


class ScoresMade(msgspec.Struct, frozen=True, kw_only=True):
    """What `scores.json` says of a finished table.

    Attributes:
        product: The product.
        generation: What predicted.
        artifact: The digest of its files.
        contract: The contract's version.
        files: How many files the table has.
        rows: How many rows.
        predicted: How many of them have a prediction.
        refused: How many have none, by the check that they break or how the model fails.
    """

    product: str
    generation: str
    artifact: str
    contract: str
    files: int
    rows: int
    predicted: int
    refused: dict[str, int]


def score(request: Request) -> None:
    """Predict a table, and write the predictions beside the columns that are kept."""
    config, screen, watch = request.settings(Production), console(), Stopwatch()
    chosen = options(config.task, ScoreOptions)
    files = _files(chosen)
    contract, output = deployed_contract(config), Path(config.paths.output)
    _check_kept(chosen.keep, contract)
    with screen.status("checking the generation"):
        stored = stored_columns(config.product, files, contract.input_columns)
        candidate, scorer = _open_scorer(config, contract, chosen, stored)
    _check_columns(files, contract, chosen.keep, stored)
    claim(output)
    parts = split(files, rows=chosen.part)
    with screen.status("predicting") as status:
        scores = make_table(
            scorer,
            parts,
            output,
            compute=instantiate(config.compute, "compute"),
            progress=status_updater(status),
        )
    made = ScoresMade(
        product=contract.product,
        generation=candidate.name,
        artifact=candidate.artifact,
        contract=contract.version,
        files=len(parts),
        rows=scores.rows,
        predicted=scores.predicted,
        refused=scores.refused,
    )
    hand_over(made)
    write_file(output / f"{DONE}.json", msgspec.json.format(msgspec.json.encode(made)))
    _show(made, output, watch.seconds(), screen)


def _files(chosen: ScoreOptions) -> list[Path]:
    """Return the files of the table that is asked for."""
    if chosen.rows is None:
        raise ConfigError(
            "task.options.rows: expected a table to predict",
            hint="for example task.options.rows=customers.parquet",
        )
    return table_files(Path(chosen.rows))


def _check_kept(keep: Sequence[str], contract: Contract) -> None:
    """Refuse to keep a column under the name of a prediction."""
    for name in keep:
        if name in contract.outputs:
            raise ConfigError(
                f"task.options.keep: {name!r} is what the predictions are called",
                hint=f"keep others than {', '.join(contract.outputs)}, or rename it in the table",
            )


def _check_columns(
    files: Sequence[Path], contract: Contract, keep: Sequence[str], stored: StoredColumns | None
) -> None:
    """Check that each file has the columns that are read of it."""
    if stored is None:
        check_columns(files, contract.input_columns, keep)
        return
    kept = [name for name in keep if name not in stored.names]
    check_columns(files, stored.asked(contract.input_columns), kept)


def _open_scorer(
    config: Production, contract: Contract, chosen: ScoreOptions, stored: StoredColumns | None
) -> tuple[Candidate, Scorer]:
    """Return a generation that was verified and loaded once, and what predicts by it."""
    state = chosen_state(config, chosen.state)
    with closing(Database(state.database)) as database:
        serving = serving_parts(config, contract, state, database)
        candidate = named_candidate(serving, chosen.generation)
        serving.loader.load(candidate)
        folder = serving.artifacts.open(candidate.artifact)
    return candidate, Scorer(
        contract=contract.folder,
        generation=folder,
        name=candidate.name,
        kind=serving.kind,
        keep=chosen.keep,
        stored=stored,
    )


def _show(made: ScoresMade, output: Path, seconds: float, screen: Console) -> None:
    """Print what was predicted, and what was not.

    Raises:
        DataError: No row has a prediction.
    """
    for reason, count in made.refused.items():
        screen.print(f"! {count:,} rows without a prediction: {reason}", style="yellow")
    if made.rows and not made.predicted:
        raise DataError(
            f"none of {made.rows:,} rows has a prediction: {', '.join(made.refused)}",
            hint=f"python -m contracts task=show product={made.product} shows what a row must be",
        )
    rate = made.rows / max(seconds, 1e-9)
    say(
        screen,
        f"{made.product} {made.generation}: {made.predicted:,} of {made.rows:,} rows predicted "
        f"in {seconds:.1f} s ({rate:,.0f} rows/s)",
    )
    say(screen, f"table: {output / DONE}")
