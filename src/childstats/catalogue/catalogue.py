"""The catalogue: definitions of indicators and areas, read from ``data/catalogue``."""

import csv
import math
from collections.abc import Mapping
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any, TypeVar

from childstats.codes import Level, Uncertainty, UnitMeasure
from childstats.errors import CatalogueError, nearest

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Indicator:
    """What an indicator counts, out of what, and how it may be used.

    Attributes
    ----------
    indicator
        Its id.
    name_en, name_vi, definition_en, definition_vi
        For readers; the definition says who is counted out of whom.
    level
        The level of child protection that it belongs to.
    unit_measure
        Unit of its observations.
    nature
        ``stock`` (a state at a date) or ``flow`` (events in a period).
    age
        Age group, SDMX style: ``Y0T15`` is under 16.
    maximum
        Largest possible value; None when a value may exceed 1 or is a count.
    polarity
        ``higher``, ``lower`` (which is better) or ``none``.
    uncertainty
        Whether a confidence interval means anything for it.
    comparability
        Indicators of one group share their definition.
    numerator, denominator
        Indicators whose counts are its numerator and denominator; "" when not published.
        A count's denominator is the whole of which it is a part.
    resembles
        An indicator that this one is easily mistaken for, though they must not be compared.
    """

    indicator: str
    name_en: str
    name_vi: str
    definition_en: str
    definition_vi: str
    level: Level
    unit_measure: UnitMeasure
    nature: str
    age: str
    maximum: float | None
    polarity: str
    uncertainty: Uncertainty
    comparability: str
    numerator: str
    denominator: str
    resembles: str


@dataclass(frozen=True, slots=True)
class Area:
    """An area that figures refer to.

    Attributes
    ----------
    ref_area
        ISO 3166-2 for provinces, ISO 3166-1 alpha-3 for countries; the only key.
    name_en, name_vi
        Its names.
    level
        ``country``, ``region`` or ``province``.
    parent
        The area that contains it; "" for a country.
    valid_from, valid_to
        ISO days between which the area exists with these borders; "" is open.
    code_source
        The standard that the code comes from.
    """

    ref_area: str
    name_en: str
    name_vi: str
    level: str
    parent: str
    valid_from: str
    valid_to: str
    code_source: str


@dataclass(frozen=True, slots=True)
class Catalogue:
    """Indicators and areas by id, in the order of their files."""

    indicators: Mapping[str, Indicator]
    areas: Mapping[str, Area]

    def indicator(self, indicator: str) -> Indicator:
        """Return the definition of an indicator.

        Raises
        ------
        CatalogueError
            If the catalogue has no such indicator.
        """
        return _look_up(indicator, self.indicators, "indicator", "data/catalogue/indicators.csv")

    def area(self, ref_area: str) -> Area:
        """Return an area.

        Raises
        ------
        CatalogueError
            If the catalogue has no such area.
        """
        return _look_up(ref_area, self.areas, "area", "data/catalogue/areas.csv")

    def contains(self, outer: str, inner: str) -> bool:
        """Return whether area `inner` lies inside area `outer` (an area contains itself)."""
        while inner and inner != outer:
            inner = self.area(inner).parent
        return inner == outer


def _look_up(key: str, known: Mapping[str, T], kind: str, path: str) -> T:
    try:
        return known[key]
    except KeyError:
        raise CatalogueError(
            f"unknown {kind} {key!r}{nearest(key, known)}; add it to {path} or correct it"
        ) from None


def read_catalogue(folder: Path) -> Catalogue:
    """Read ``indicators.csv`` and ``areas.csv``.

    Parameters
    ----------
    folder
        ``data/catalogue``.

    Returns
    -------
    Catalogue
        Definitions by id.

    Raises
    ------
    CatalogueError
        If a file or column is missing, a code unknown, an id repeated, or a parent or related
        indicator not in the catalogue.
    """
    indicators: dict[str, Indicator] = {}
    for where, row in _read_rows(folder / "indicators.csv", Indicator):
        _refuse_code(row, "nature", ("stock", "flow"), where)
        _refuse_code(row, "polarity", ("higher", "lower", "none"), where)
        _add(indicators, row["indicator"], _indicator(row, where), where)
    areas: dict[str, Area] = {}
    for where, row in _read_rows(folder / "areas.csv", Area):
        _refuse_code(row, "level", ("country", "region", "province"), where)
        _add(areas, row["ref_area"], Area(**row), where)
    catalogue = Catalogue(indicators, areas)
    for area in areas.values():
        inside = [area.ref_area]
        while parent := catalogue.area(inside[-1]).parent:
            if parent in inside:
                raise CatalogueError(f"area {parent!r} in areas.csv lies inside itself")
            inside.append(parent)
    for indicator in indicators.values():
        for related in (indicator.numerator, indicator.denominator, indicator.resembles):
            if related:
                catalogue.indicator(related)
    return catalogue


def _read_rows(path: Path, row_type: type[Any]) -> list[tuple[str, dict[str, str]]]:
    names = [f.name for f in fields(row_type)]
    try:
        with path.open(encoding="utf-8-sig", newline="") as csv_file:
            reader = csv.DictReader(csv_file, strict=True)
            if sorted(reader.fieldnames or ()) != sorted(names):
                raise CatalogueError(
                    f"columns of {path.name} are {', '.join(reader.fieldnames or ())}; "
                    f"expected {', '.join(names)}"
                )
            rows = []
            for row in reader:
                where = f"{path.name} line {reader.line_num}"
                if None in row or None in row.values():
                    raise CatalogueError(f"wrong number of cells in {where}; expected {len(names)}")
                rows.append((where, {name: row[name].strip() for name in names}))
            return rows
    except FileNotFoundError:
        raise CatalogueError(f"missing file data/catalogue/{path.name}") from None
    except (UnicodeDecodeError, csv.Error) as error:
        raise CatalogueError(f"unreadable {path.name}: {error}; save it as UTF-8 CSV") from None


def _add(known: dict[str, T], key: str, value: T, where: str) -> None:
    if not key or key in known:
        raise CatalogueError(f"empty or repeated id {key!r} in {where}")
    known[key] = value


def _refuse_code(row: dict[str, str], name: str, known: tuple[str, ...], where: str) -> None:
    if row[name] not in known:
        raise CatalogueError(
            f"unknown {name} {row[name]!r} in {where}; use one of {', '.join(known)}"
        )


def _maximum(text: str) -> float | None:
    if not text:
        return None
    if not math.isfinite(float(text)):
        raise ValueError(f"{text!r} is no maximum")
    return float(text)


def _indicator(row: dict[str, str], where: str) -> Indicator:
    try:
        return Indicator(
            **{
                **row,
                "level": Level(row["level"]),
                "unit_measure": UnitMeasure(row["unit_measure"]),
                "uncertainty": Uncertainty(row["uncertainty"]),
                "maximum": _maximum(row["maximum"]),
            }  # type: ignore[arg-type]  # every other field of a row is text
        )
    except ValueError as error:
        raise CatalogueError(f"{error} in {where}") from None
