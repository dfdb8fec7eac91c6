"""Where one operation keeps what it knows: in its run's folder, or in the live product's."""

from __future__ import annotations

from pathlib import Path

import msgspec

from production.database.url import DatabaseURL


class State(msgspec.Struct, frozen=True, kw_only=True):
    """Where an operation keeps what it knows.

    Attributes:
        database: The database's URL.
        folder: The folder of all else.
    """

    database: DatabaseURL
    folder: Path

    @property
    def artifacts(self) -> Path:
        """The folder of the artifact store."""
        return self.folder / "artifacts"

    @property
    def signatures(self) -> Path:
        """The folder of the artifacts' signatures."""
        return self.folder / "signatures"

    @property
    def dump(self) -> Path:
        """The file that a person's export of the data is written to."""
        return self.folder / "dump.parquet"

    @property
    def parity(self) -> Path:
        """The folder of the parity agent's own state."""
        return self.folder / "parity"

    @property
    def spool(self) -> Path:
        """The folder of events that wait for the database."""
        return self.folder / "spool"

    @property
    def clock(self) -> Path:
        """The file of the product's clock, where a history is played."""
        return self.folder / "clock.bin"

    @property
    def local_copy(self) -> Path:
        """The file of what a product serves by while the database is away."""
        return self.folder / "served.bin"
