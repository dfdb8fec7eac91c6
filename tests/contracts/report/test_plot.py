import re
import xml.etree.ElementTree as ET

import numpy as np
import pytest
from matplotlib.figure import Figure as MatplotlibFigure
from msgspec.structs import replace

from contracts.errors import MissingExtraError
from contracts.host.controls import printable
from contracts.report.figure import (
    Bar,
    Bars,
    Calibration,
    Dots,
    Figure,
    Heat,
    Histogram,
    Intervals,
    Limit,
    Line,
    Lines,
    Mark,
    Scatter,
    Tail,
)
from contracts.report.plot import canvas
from contracts.report.plot.agreement import end, reach
from contracts.report.plot.axis import POINTS, SMALL, show_difference, thin
from contracts.report.plot.canvas import SERIES
from contracts.report.plot.lines import decades
from contracts.report.plot.picture import DRAWINGS, picture

DAYS = 1.36e15 + 86_400e6 * np.arange(50)
LEVEL = np.linspace(0.1, 0.3, 50)
FIGURES = (
    Lines(
        caption="lines",
        series=(
            Line(name="served", x=DAYS, y=LEVEL, low=LEVEL - 0.01, high=LEVEL + 0.01),
            Line(name="naive", x=DAYS[:3], y=LEVEL[:3]),
        ),
        marks=(Mark(x=DAYS[3], label="refresh"), Mark(x=DAYS[9], label="refresh")),
        time=True,
        share=True,
    ),
    Bars(
        caption="bars",
        labels=("a", "b"),
        series=(
            Bar(name="x", values=[0.1, 0.2], low=[0.05, 0.1], high=[0.2, 0.3]),
            Bar(name="y", values=[0.2, 0.1]),
        ),
        share=True,
        reference=0.15,
    ),
    Histogram(caption="histogram", edges=[0, 1, 2], series=(Bar(name="all", values=[0.4, 0.6]),)),
    Calibration(caption="calibration", predicted=[0.1, 0.4], observed=[0.2, 0.4]),
    Heat(caption="heat", rows=("r",), columns=("c", "d"), values=[[0.5, np.nan]], share=True),
    Scatter(
        caption="scatter",
        series=(
            Dots(name="within", x=[0.1, 0.2], y=[0.1, 0.2]),
            Dots(name="outside", x=[0.3], y=[0.9], marked=True),
        ),
        absolute=0.01,
        relative=0.1,
    ),
    Tail(
        caption="tail",
        series=(Line(name="difference", x=[0, 0.5, 0.9, 0.999], y=[0, 1e-9, 1e-6, 1e-2]),),
        limits=(Limit(name="allowed", value=1e-5, share=0.99), Limit(name="none", value=0)),
    ),
    Intervals(
        caption="intervals",
        labels=("a", "b", "c"),
        values=[0.0, 0.5, np.nan],
        low=[-0.1, -np.inf, np.nan],
        high=[0.1, 9.0, np.nan],
        margins=[0.2, 0.2, np.nan],
        marked=[False, True, False],
    ),
)


def texts(drawn: str) -> list[ET.Element]:
    """Return the text elements of a picture."""
    return ET.fromstring(drawn).findall(".//{*}text")  # noqa: S314 - drawn here


@pytest.mark.parametrize("figure", FIGURES, ids=lambda figure: figure.caption)
def test_same_figure_gives_the_same_well_formed_svg(figure: Figure) -> None:
    """A figure is drawn as one svg element; drawn again, it has the same bytes."""
    drawn = picture(figure, salt="1")
    assert ET.fromstring(drawn).tag.endswith("svg")  # noqa: S314 - drawn here
    assert drawn == picture(figure, salt="1")


NAMES = ["$$", "$x_1$ and $", "\\frac{1}{0}", "5$ to 10$", "a\x00\x1bb"]


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("figure", FIGURES, ids=lambda figure: figure.caption)
def test_a_name_of_data_is_drawn_as_it_is(figure: Figure, name: str) -> None:
    """No dollar sign begins a formula, which may be malformed; control characters are escaped."""
    shown = [text.text for text in texts(picture(replace(figure, x=name, y=name)))]
    assert shown.count(printable(name)) == 2


@pytest.mark.parametrize("name", NAMES)
def test_a_label_of_data_is_drawn_as_it_is(name: str) -> None:
    """The names of groups and series too."""
    bars = Bars(
        caption="bars",
        labels=(name, "b"),
        series=(Bar(name=name, values=[1, 2]), Bar(name="y", values=[2, 1])),
    )
    shown = [text.text for text in texts(picture(bars))]
    assert shown.count(printable(name)) == 2


def test_every_kind_of_figure_has_a_drawing() -> None:
    """Every kind of figure has a drawing, and is drawn by the tests here."""
    assert {type(figure) for figure in FIGURES} == set(DRAWINGS) == set(Figure.__subclasses__())


def test_colours_are_the_pages_variables() -> None:
    """Series are drawn in the page's variables, with a colour to fall back on."""
    assert f"var(--series-1, {SERIES['--series-1']})" in picture(FIGURES[0])


def test_a_long_series_stays_small_and_keeps_its_mean() -> None:
    """Three hundred thousand points become a few hundred with the same mean."""
    long = np.arange(300_000, dtype=float)
    short = thin(long)
    assert len(short) <= POINTS
    assert abs(short.mean() - long.mean()) < 300_000 / POINTS
    line = Line(name="long", x=long, y=long)
    assert len(picture(Lines(caption="long", series=(line,)))) < 40_000


def test_ids_are_kept_only_where_something_refers_to_them() -> None:
    """Pictures on one page share no id: unused ids are removed, the others depend on the salt."""
    one, other = (set(re.findall(r' id="([^"]*)"', picture(FIGURES[0], salt=s))) for s in "ab")
    assert one
    assert not one & other


def test_without_matplotlib_the_extra_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    """The error says which extra to install."""
    monkeypatch.setattr(canvas, "available", lambda: False)
    with pytest.raises(MissingExtraError, match=r"liaison-lifecycle\[report\]"):
        picture(FIGURES[0])


def test_each_further_nine_takes_the_same_width() -> None:
    """90%, 99% and 99.9% are equally far apart, so that the rarest differences can be seen."""
    assert np.allclose(decades([0.9, 0.99, 0.999]), [1, 2, 3])


def test_sizes_within_one_decade_are_between_two_numbers() -> None:
    """The axis has a number below and one above them, whatever their decade."""
    line = Line(name="difference", x=[0, 0.5, 0.9], y=[2e-4, 3e-4, 5e-4])
    drawn = picture(Tail(caption="tail", series=(line,)))
    words = {"".join(text.itertext()).replace("\n", "") for text in texts(drawn)}
    assert {"10⁻⁴", "10⁻³"} <= words


def test_a_size_of_zero_is_not_drawn() -> None:
    """Rows that do not differ are not drawn at the height of the smallest difference."""
    zeros, without = (
        picture(Tail(caption="tail", series=(Line(name="d", x=[0, 0.5, *x], y=[*y, 1e-3, 1e-2]),)))
        for x, y in (((0.9, 0.99), (0, 0)), ((), ()))
    )
    starts = [
        re.search(r'<path d="M ([\d.]+) [\d.]+\s+L [^"]*"[^>]*stroke: var\(--series-1', each)
        for each in (zeros, without)
    ]
    assert all(starts)
    assert float(starts[0][1]) > float(starts[1][1])


def test_large_values_are_written_in_full() -> None:
    """No common factor is written at the end of an axis, where the legend is."""
    ends = [1.2e6, 4.8e6]
    for figure in (
        Scatter(caption="s", series=(Dots(name="a", x=ends, y=ends),)),
        Lines(caption="l", series=(Line(name="a", x=[0, 1], y=ends),)),
        Bars(caption="b", labels=("a", "b"), series=(Bar(name="x", values=ends),)),
    ):
        drawn = picture(figure)
        assert "4,000,000</text>" in drawn
        assert not re.search(r">1e\d</text>", drawn)


def test_a_long_name_leaves_room_for_the_picture() -> None:
    """A long name beside a picture is shown by its beginning and its end."""
    name = f"destination={'x' * 70} (1,200)"
    rows = {"values": [0.0], "low": [-1.0], "high": [1.0], "margins": [1.0], "marked": [False]}
    for figure in (
        Intervals(caption="i", labels=(name,), **rows),
        Bars(caption="b", labels=(name,), series=(Bar(name="x", values=[1]),)),
        Heat(caption="h", rows=(name,), columns=("c",), values=[[1.0]]),
    ):
        assert re.search(r">destination=x{13}…x{6} \(1,200\)<", picture(figure))


def test_an_endless_interval_does_not_shrink_the_others() -> None:
    """The picture reaches at most some times the widest margin."""
    wide = reach(np.array([0.0]), np.array([-np.inf]), np.array([500.0]), np.array([0.1]))
    assert wide == pytest.approx(0.4)
    assert reach(np.array([0.0]), np.array([-0.02]), np.array([0.03]), np.array([0.1])) > 0.1
    nothing = np.array([np.nan])
    assert reach(nothing, nothing, nothing, nothing) > 0


def test_an_interval_beyond_the_picture_is_an_arrow() -> None:
    """Both ends become one arrow at the edge, on the side of the interval."""
    assert {end(each, 1.0) for each in (-9.0, -2.0)} == {(-1.0, "<")}
    assert {end(each, 1.0) for each in (2.0, np.inf)} == {(1.0, ">")}


def test_names_in_any_script_are_drawn_as_text() -> None:
    """A name without a glyph in the measuring font causes no warning, and is in the picture."""
    drawn = picture(Bars(caption="bars", labels=("木",), series=(Bar(name="x", values=[1.0]),)))
    assert "木" in drawn


@pytest.mark.parametrize(("top", "widened"), [(0.5001, True), (0.9, False)])
def test_a_difference_without_meaning_is_drawn_small(top: float, *, widened: bool) -> None:
    """It takes a tenth of the axis at most; an axis that is wide enough stays as it is."""
    axes = MatplotlibFigure().subplots()
    axes.plot([0, 1], [0.5, top])
    before = axes.get_ylim()
    show_difference(axes, 0.002)
    low, high = axes.get_ylim()
    assert SMALL * (high - low) * (1 + 1e-9) >= 0.002
    assert ((low, high) != before) == widened
    assert (low + high) / 2 == pytest.approx(sum(before) / 2)
