"""A table of PostgreSQL, read where it is."""

from __future__ import annotations

from typing import TYPE_CHECKING

import psycopg
import pytest

from contracts.data.programmatic import Programmatic
from contracts.data.table import events
from contracts.errors import LiaisonError
from contracts.moment import END_OF_TIME
from research.new.findings import look, source
from tests.research.new.tables import NOW, asked
from tests.suites.postgresql import SERVER, fresh_schema

if TYPE_CHECKING:
    from collections.abc import Iterator

FILL = """
CREATE TABLE {schema}.visits AS SELECT
    number AS visit_id, 'c' || number % 50 AS customer,
    timestamptz '2024-01-01 00:00:00+00' + number * interval '1 hour' AS at,
    (number * 7919 % 97)::numeric(6, 2) / 7 AS amount,
    CASE WHEN number % 11 = 0 THEN NULL ELSE number % 7 END AS steps,
    (number * 7919 % 97) + random() * 60 > 70 AS left
FROM generate_series(1, 600) AS number
"""


@pytest.fixture
def schema() -> Iterator[str]:
    """A schema of the server with a table of visits."""
    with fresh_schema() as url:
        name = url.rpartition("%3D")[2]
        with psycopg.connect(SERVER, autocommit=True) as connection:
            connection.execute(FILL.format(schema=name).replace("AS left", 'AS "left"'))
        yield name


def test_table(schema: str) -> None:
    """Its columns are found, and its rows are read by a window of time."""
    findings = look(asked(SERVER, table=f"{schema}.visits", arrived="1h"), now=NOW)
    assert (findings.asked.id, findings.asked.key) == ("visit_id", "customer")
    assert [each.declared.kind for each in findings.inputs if each.declared] == ["float", "float"]
    columns = [{"name": "amount", "kind": "float"}]
    query = events(**source(findings.asked, "1m"), columns=columns)
    day = Programmatic(lambda: query).window(
        findings.windows.test, findings.windows.start, known_by=END_OF_TIME
    )
    hours = (findings.windows.start - findings.windows.test) // 3_600_000_000
    query.get_backend().disconnect()
    assert (day.num_rows, day["arrived"].null_count) == (hours, 0)


def test_query(schema: str) -> None:
    """A query is read as a table is."""
    query = f'SELECT at, amount, visit_id, "left" FROM {schema}.visits WHERE visit_id <= 500'
    assert look(asked(SERVER, query=query), now=NOW).rows == 500


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ({"table": "visitors"}, "there is no table 'visitors'"),
        ({"table": "SCHEMA.visit"}, "(did you mean 'visits'?) → tables of"),
        ({"query": "SELEC 1"}, "the same query with the database's own client"),
        ({"query": "SELECT 1 AS one, true AS left"}, "stands in two → id=one, or a query"),
        (
            {"query": "SELECT 1 AS one, true AS left UNION ALL SELECT 1, false"},
            "no column of the table tells two rows apart",
        ),
    ],
)
def test_refusals(schema: str, given: dict[str, str], expected: str) -> None:
    """A table that is missing, a query that is none, and rows without a name are refused."""
    given = {key: text.replace("SCHEMA", schema) for key, text in given.items()}
    with pytest.raises(LiaisonError) as refusal:
        look(asked(SERVER, **given), now=NOW)
    assert expected in str(refusal.value)


def test_numbers_with_commas(schema: str) -> None:
    """The words that make numbers of them are the database's."""
    query = "SELECT visit_id, at, \"left\", to_char(amount * 1000, 'FM999,990') AS size"
    asks = {"arrived": "1h", "query": f"{query} FROM {schema}.visits"}
    (doubt,) = [each for each in look(asked(SERVER, **asks), now=NOW).doubts if "size" in each]
    cast = doubt.partition("query with ")[2]
    assert cast == """CAST(replace("size", ',', '') AS double precision) AS "size\""""
    asks["query"] = f'SELECT visit_id, at, "left", {cast} FROM ({asks["query"]}) AS v'
    (size,) = look(asked(SERVER, **asks), now=NOW).inputs
    assert size.declared is not None
    assert (size.column, size.declared.kind) == ("size", "float")
