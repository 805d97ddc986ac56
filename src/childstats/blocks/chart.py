"""A chart: any figure of matplotlib with the words that stand for it, drawn when it is shown."""

import sys
from base64 import b64encode
from collections.abc import Sequence
from dataclasses import InitVar, dataclass, field
from html import escape
from typing import TYPE_CHECKING, Any

from childstats.blocks.chart_data import ChartData
from childstats.blocks.chart_lint import refuse_faulty
from childstats.blocks.mime import mime_bundle
from childstats.charts.style import svg_of

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure, SubFigure


@dataclass(eq=False)
class Chart:
    """A figure of matplotlib with the words that stand for it.

    The figure is drawn when the chart is shown: what is changed by matplotlib's own calls, such as
    ``chart.ax.set_ylim(0, 60)``, is what is printed, in JupyterLab and in the build.

    Parameters
    ----------
    drawn
        Any figure of matplotlib, or its axes.

    Attributes
    ----------
    figure
        The figure, matplotlib's own.
    title
        What is shown, in at most ten words.
    alt
        What a reader who cannot see the chart needs to know.
    caption
        Measure, unit, source, area and period.
    figure_ids
        Published figures that are drawn.
    data
        What is drawn, as numbers.

    Raises
    ------
    ValueError
        If the chart breaks a rule of `childstats.blocks.chart_lint`.
    TypeError
        If the figure is none of matplotlib's.
    """

    drawn: InitVar["Figure | SubFigure | Axes"]
    title: str = field(kw_only=True)
    alt: str = field(kw_only=True)
    caption: str = field(default="", kw_only=True)
    figure_ids: Sequence[str] = field(default=(), kw_only=True)
    data: ChartData | None = field(default=None, repr=False, kw_only=True)

    figure: "Figure" = field(init=False, repr=False)

    def __post_init__(self, drawn: "Figure | SubFigure | Axes") -> None:
        refuse_faulty(self)
        given: Any = drawn
        whole = given.get_figure(root=True) if hasattr(given, "get_figure") else None
        if whole is None or not hasattr(whole, "savefig"):
            raise TypeError(
                f"Chart takes a figure of matplotlib, not {type(given).__name__}: give what "
                "plt.subplots() or plt.figure() returned"
            )
        self.figure = whole
        if "matplotlib.pyplot" in sys.modules:
            sys.modules["matplotlib.pyplot"].close(whole)  # else a notebook shows it twice

    @property
    def ax(self) -> "Axes":
        """The figure's first axes, matplotlib's own."""
        return self.figure.axes[0]

    @property
    def svg(self) -> str:
        """The drawing as the figure is now, the same bytes for the same figure."""
        return svg_of(self.figure)

    def to_json(self) -> dict[str, Any]:
        """Return the block as the exporter reads it."""
        return self._json(self.svg)

    def _json(self, svg: str) -> dict[str, Any]:
        refuse_faulty(self)  # its words may have been changed
        return {
            "type": "chart",
            "title": self.title,
            "caption": self.caption,
            "alt": self.alt,
            "svg": svg,
            "figure_ids": list(self.figure_ids),
            "data": self.data.to_json() if self.data else None,
        }

    def to_html(self) -> str:
        """Return the block for JupyterLab."""
        return self._html(self.svg)

    def _html(self, svg: str) -> str:
        # as a picture of its own: two drawings in one page would share the names of their parts
        address = f"data:image/svg+xml;base64,{b64encode(svg.encode()).decode('ascii')}"
        return (
            f"<figure><strong>{escape(self.title)}</strong>"
            f'<div><img src="{address}" alt="{escape(self.alt)}"></div>'
            f"<figcaption>{escape(self.caption)}</figcaption></figure>"
        )

    def __str__(self) -> str:
        """Return the chart in words."""
        return "\n".join(filter(None, (self.title, self.alt, self.caption)))

    def _repr_mimebundle_(self, **_: object) -> dict[str, Any]:
        svg = self.svg  # drawn once for both
        return mime_bundle(self, self._html(svg), self._json(svg))
