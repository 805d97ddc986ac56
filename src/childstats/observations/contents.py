"""What a workspace's sources hold, read when first asked for; protected where areas are small."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar, TypeAlias

import pandas as pd

from childstats.catalogue.catalogue import Catalogue
from childstats.coded import stacked
from childstats.figures.published import publish
from childstats.folders import declared_edition
from childstats.observations.observing import observe
from childstats.observations.policy import policy_of, small_areas
from childstats.observations.table import prefer
from childstats.sources.reading import Quarantined, Reading
from childstats.sources.source import Source

if TYPE_CHECKING:
    from childstats.observations.protecting import Protected


@dataclass(frozen=True)
class AsRead:
    """Contents as the sources print them.

    Attributes
    ----------
    readings
        What was read of each source.
    catalogue, sources
        Definitions and provenance.
    last_year
        Year of the edition.
    hidden, protection
        None: nothing is hidden (`childstats.observations.protecting.Protected`).
    """

    readings: Mapping[str, Reading]
    catalogue: Catalogue
    sources: Mapping[str, Source]
    last_year: int | None
    hidden: ClassVar[None] = None
    protection: ClassVar[None] = None

    @cached_property
    def _published(self) -> tuple[pd.DataFrame, list[Quarantined]]:
        """Every figure that can be read; a cell of a received file that cannot is quarantined."""
        published = [publish(self.sources[i], reading) for i, reading in self.readings.items()]
        figures = stacked(table for table, _ in published)
        return figures, [cell for _, cells in published for cell in cells]

    @property
    def figures(self) -> pd.DataFrame:
        """Every published figure."""
        return self._published[0]

    @cached_property
    def _observed(self) -> tuple[pd.DataFrame, list[Quarantined]]:
        return observe(self.figures, self.catalogue, self.sources, last_year=self.last_year)

    @property
    def candidates(self) -> pd.DataFrame:
        """Every observation, several sources a key."""
        return self._observed[0]

    @cached_property
    def preferred(self) -> pd.DataFrame:
        """The observation of each key."""
        return prefer(self.candidates, self.sources)

    @property
    def refused(self) -> list[Quarantined]:
        """Cells that cannot be used, other than those of `readings`."""
        return [*self._published[1], *self._observed[1]]


Contents: TypeAlias = "AsRead | Protected"


def contents_of(
    root: Path, readings: Mapping[str, Reading], catalogue: Catalogue, sources: Mapping[str, Source]
) -> Contents:
    """Return the contents of a workspace, those of small areas protected.

    Parameters
    ----------
    root
        Its folder.
    readings
        What was read of each source.
    catalogue, sources
        Definitions and provenance.

    Returns
    -------
    Contents
        Where any figure is about an area below the province, what is hidden is not in them.

    Raises
    ------
    InputError
        As `protected`, for a workspace with small areas.
    """
    contents = AsRead(readings, catalogue, sources, _last_year(root))
    small = small_areas(catalogue)
    printed = (reading.printed["ref_area"].cat.categories for reading in readings.values())
    if not any(area in small for areas in printed for area in areas):
        return contents
    from childstats.observations.changes import corrections  # noqa: PLC0415  # imports this module
    from childstats.observations.kept import kept_blocks  # noqa: PLC0415  # rarely needed
    from childstats.observations.ledger import read_releases  # noqa: PLC0415  # rarely needed
    from childstats.observations.protecting import (  # noqa: PLC0415  # SciPy's solvers
        Before,
        protected,
    )

    policy = policy_of(root, catalogue)
    corrected = frozenset((key[1], key[2], key[3]) for key in corrections(root))
    before = Before(read_releases(root / "reports"), corrected)
    return protected(contents, policy, kept_blocks(root, policy, before.releases), before)


def _last_year(root: Path) -> int | None:
    """Return the year of the edition's date; None where there is none."""
    day = declared_edition(root).get("date")
    return day.year if isinstance(day, date) else None
