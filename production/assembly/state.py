"""Where one operation keeps what it knows: in its run's folder, or in the live product's."""

from __future__ import annotations

from pathlib import Path

import msgspec

from production.database.url import DatabaseURL


class State(msgspec.Struct, frozen=True, kw_only=True):
    """Where an operation keeps what it knows.

    Attributes:
        database: The database's URL.
        artifacts: The folder of the artifact store.
        signatures: The folder of the artifacts' signatures.
        dump: The file that a person's export of the data is written to.
    """

    database: DatabaseURL
    artifacts: Path
    signatures: Path
    dump: Path
