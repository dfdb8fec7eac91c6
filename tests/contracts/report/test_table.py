from io import StringIO

from rich.console import Console

from contracts.report.table import NOTHING, Heading, Table
from contracts.report.terminal import rich_table

TABLE = Table(
    headings=(
        Heading(name="month"),
        Heading(name="events", kind="count"),
        Heading(name="log-loss", kind="interval", digits=3),
        Heading(name="late", kind="share", digits=1),
        Heading(name="skill", kind="number", digits=2),
    ),
    rows=(
        ("March", 28834, (0.5013, 0.49, 0.51), 0.2181, 1234.5),
        ("[April]", None, None, float("nan"), -0.5),
    ),
    caption="By month.",
    total=True,
)


def test_every_kind_of_cell_is_written_by_its_heading() -> None:
    """Counts get separators, shares percent signs, intervals brackets, missing values a dash."""
    assert TABLE.texts() == (
        ("March", "28,834", "0.501 [0.490, 0.510]", "21.8%", "1,234.50"),
        ("[April]", NOTHING, NOTHING, NOTHING, "-0.50"),
    )


def test_the_terminal_shows_every_cell_as_it_is() -> None:
    """All texts are printed, square brackets included."""
    console = Console(width=120, record=True, file=StringIO())
    console.print(rich_table(TABLE))
    shown = console.export_text()
    assert all(cell in shown for row in TABLE.texts() for cell in row)
    assert "By month." in shown
