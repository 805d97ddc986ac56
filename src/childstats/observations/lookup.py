"""Rows by area: looked up once a workspace."""

from collections.abc import Callable, Mapping
from functools import cached_property
from typing import Any, Final

import pandas as pd

from childstats.figures.published import PublishedFigure
from childstats.observations.findings import Finding
from childstats.observations.table import Cells, Observation, cells_of, rows_of

MOST_HELD: Final = 50_000
"""Rows that a process holds for all that it serves, about 1 kB each."""
_TYPES: Final[Mapping[str, Callable[..., Any]]] = {
    "figures": PublishedFigure,
    "observations": Observation,
    "checks": Finding,
}


class Lookup:
    """Figures, observations and findings of one area at a time.

    Parameters
    ----------
    table
        Returns the whole table of a name: ``figures``, ``observations`` or ``checks``.
    """

    def __init__(self, table: Callable[[str], pd.DataFrame]) -> None:
        self._table = table
        self._found: dict[tuple[str, str], list[Any]] = {}
        self._by_id: dict[tuple[str, str], dict[str, Any]] = {}

    def figures(self, ref_area: str) -> list[PublishedFigure]:
        """Return an area's published figures, in the order of the table."""
        return self._rows("figures", ref_area)

    def observations(self, ref_area: str) -> list[Observation]:
        """Return an area's observations that have a value, in the order of the table."""
        return [o for o in self._rows("observations", ref_area) if o.obs_value is not None]

    def hidden(self, ref_area: str) -> list[Observation]:
        """Return an area's observations whose value is not shown, status ``Q``."""
        return [o for o in self._rows("observations", ref_area) if o.obs_value is None]

    def checks(self, ref_area: str) -> list[Finding]:
        """Return what the checks found about an area, in the order of the table."""
        return self._rows("checks", ref_area)

    def figure(self, figure_id: str) -> PublishedFigure:
        """Return one published figure.

        Parameters
        ----------
        figure_id
            Its id.

        Raises
        ------
        KeyError
            If there is none.
        """
        found: PublishedFigure = self._of_figure("figures", figure_id)
        return found

    def observed(self, figure_id: str) -> Observation:
        """Return the observation that a published figure became.

        Parameters
        ----------
        figure_id
            The figure's id.

        Raises
        ------
        KeyError
            If there is no such figure, or it became none.
        """
        found: Observation = self._of_figure("observations", figure_id)
        if found.obs_value is None:
            raise KeyError(figure_id)
        return found

    @cached_property
    def _areas(self) -> dict[str, str]:
        figures = self._table("figures")
        return dict(zip(figures["figure_id"], figures["ref_area"].astype(object), strict=True))

    @cached_property
    def _positions(self) -> dict[str, dict[Any, Any]]:
        """Return where each area's rows stand, by table."""
        return {
            name: self._table(name)
            .reset_index(drop=True)
            .groupby("ref_area", observed=True)
            .indices
            for name in ("figures", "observations", "checks")
        }

    @cached_property
    def _cells(self) -> dict[str, Cells]:
        return {name: cells_of(self._table(name)) for name in ("figures", "observations", "checks")}

    def _rows(self, name: str, ref_area: str) -> list[Any]:
        key = (name, ref_area)
        if key not in self._found:
            at = self._positions[name].get(ref_area)
            rows = [] if at is None else rows_of(self._cells[name], at)
            self._found[key] = [_TYPES[name](**row) for row in rows]
        return self._found[key]

    def _of_figure(self, name: str, figure_id: str) -> Any:
        key = (name, self._areas[figure_id])
        if key not in self._by_id:
            self._by_id[key] = {row.figure_id: row for row in self._rows(*key)}
        return self._by_id[key][figure_id]

    def whole(self, name: str) -> pd.DataFrame:
        """Return a whole table."""
        return self._table(name)

    def load(self) -> list[str]:
        """Read the tables and where each area's rows stand, now rather than when asked.

        Returns
        -------
        list of str
            The areas, if all of their rows may be held as well; a large table's rows are looked
            up by those who need them.
        """
        self._positions, self._areas, self._cells  # noqa: B018  # cached properties
        areas = self._positions["observations"]
        return list(areas) if sum(map(len, areas.values())) <= MOST_HELD else []
