"""What the DHIS2 layouts share: dimensions, names of ids, and what each column of a table is."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from childstats.errors import SourceError
from childstats.sources.mapping import folded
from childstats.sources.readers.collected import Group

DIMENSION_NAMES: Final = {
    **dict.fromkeys(("dx", "data", "dataelement"), "dx"),
    **dict.fromkeys(("pe", "period"), "pe"),
    **dict.fromkeys(("ou", "organisationunit", "orgunit"), "ou"),
    **dict.fromkeys(("co", "categoryoptioncombo"), "co"),
    **dict.fromkeys(("ao", "attributeoptioncombo"), "ao"),
}
"""Ids and names of DHIS2's fixed dimensions, without spaces."""
SUFFIXES: Final = ("id", "name", "code")
"""How the columns of one dimension end in the table layout, the most telling first."""
BESIDE: Final = frozenset(
    {
        *("numerator", "denominator", "factor", "multiplier", "divisor", "ouname", "oucode"),
        *("oulevel", "storedby", "created", "lastupdated", "comment", "followup", "deleted"),
        *("reportingmonthname", "paramorganisationunitname", "organisationunitisparent"),
    }
)
"""Columns that say more about a value; they are neither a dimension nor a figure."""
KNOWN: Final[dict[str, Group]] = {"default": {}, "total": {}}
"""DHIS2's category option combination of what is not divided."""


class Names:
    """What an answer says about its ids.

    Parameters
    ----------
    items
        Name by id.
    dimensions
        Ids by dimension, also of those that the answer is filtered by.
    """

    def __init__(
        self,
        items: Mapping[str, str] | None = None,
        dimensions: Mapping[str, Sequence[str]] | None = None,
    ) -> None:
        self.items: Final = items or {}
        self.dimensions: Final = dimensions or {}
        self._named: dict[str, dict[str, list[str]]] = {}
        for dimension, ids in self.dimensions.items():
            named = self._named.setdefault(dimension, {})
            for code in dict.fromkeys(ids):
                named.setdefault(_key(self.items.get(code, code)), []).append(code)

    def of(self, cell: str, dimension: str) -> tuple[str, ...]:
        """Return a cell, and its name if it is an id; its id and that id's name if a name."""
        ids = self._ids(cell, dimension)
        names = (self.items.get(code, "") for code in (cell.strip(), *ids))
        return tuple(text for text in (cell, *ids, *names) if text.strip())

    def ambiguous(self, cell: str, dimension: str) -> str:
        """Return why a cell may be a name of two things, "" if it is not."""
        ids = self._ids(cell, dimension)
        if len(ids) < 2 or cell.strip() in self.items:
            return ""
        return f"{folded(cell)!r} is the name of {' and '.join(ids)}; ask for ids"

    def has(self, cell: str, dimension: str) -> bool:
        """Return whether a cell is an id or the name of one of a dimension."""
        return cell in self.dimensions.get(dimension, ()) or bool(self._ids(cell, dimension))

    def _ids(self, cell: str, dimension: str) -> list[str]:
        return self._named.get(dimension, {}).get(_key(cell), [])


@dataclass(frozen=True, slots=True)
class Columns:
    """What each column of a table is.

    Attributes
    ----------
    dimensions
        Columns by dimension, the most telling first.
    groups
        Columns of further dimensions, by id.
    values
        Columns of figures: one in the long layout, else by what their headings say.
    long
        Whether it is the long layout.
    """

    dimensions: Mapping[str, Sequence[int]]
    groups: Mapping[str, int]
    values: Mapping[int, str]
    long: bool


def columns_of(headings: Sequence[Sequence[str]], where: str) -> Columns:
    """Return what each column is.

    Parameters
    ----------
    headings
        Of each column, its id and title, or only one of them.
    where
        Source and file, for messages.

    Returns
    -------
    Columns
        In the long layout, with a column value, an unknown column is a further dimension; in the
        table layout it holds figures.

    Raises
    ------
    SourceError
        If two columns have the same id, or there is neither a column value nor a dimension.
    """
    firsts = [names[0] for names in headings]
    for column, name in enumerate(firsts):
        if firsts.index(name) != column:
            raise SourceError(f"column {name!r} is twice in {where}; remove or rename one")
    found = [dimension_of(names) for names in headings]
    keys = [{_plain(name) for name in names} for names in headings]
    long = any("value" in names for names in keys)
    dimensions: dict[str, list[int]] = {}
    ranked = sorted((rank, i, d) for i, (d, rank) in enumerate(found) if d)
    for _, column, dimension in ranked:
        dimensions.setdefault(dimension, []).append(column)
    others = {
        column: names[-1]
        for column, names in enumerate(headings)
        if not found[column][0] and not keys[column] & {*BESIDE, "value"}
    }
    others = {c: h for c, h in others.items() if not _is_beside(_plain(h))}
    if not long and (not dimensions or not others):
        raise SourceError(f"{where} has neither a column value nor dimensions; is it DHIS2's?")
    if not long:
        groups = _row_groups(others)
        names = {f"{d}{suffix}".casefold() for d in groups for suffix in SUFFIXES}
        figures = {c: h for c, h in others.items() if _plain(h) not in names}
        return Columns(dimensions, groups, figures, long)
    value = next(i for i, names in enumerate(keys) if "value" in names)
    return Columns(dimensions, {firsts[c]: c for c in others}, {value: "Value"}, long)


def dimension_of(names: Sequence[str]) -> tuple[str, int]:
    """Return the dimension of a column and how telling it is; "" if it is none."""
    for name in names:
        plain = _plain(name)
        if plain in DIMENSION_NAMES:
            return DIMENSION_NAMES[plain], 0
        for rank, suffix in enumerate(SUFFIXES):
            if plain.endswith(suffix) and plain.removesuffix(suffix) in DIMENSION_NAMES:
                return DIMENSION_NAMES[plain.removesuffix(suffix)], rank
    return "", 0


def _row_groups(headings: Mapping[int, str]) -> dict[str, int]:
    """Return further dimensions in the rows of the table layout, each with its name's column.

    Each has four columns: ``SH885jaRe0oid``, ``SH885jaRe0oname``, …
    """
    plain = {_plain(heading): column for column, heading in headings.items()}
    found = {}
    for column, heading in headings.items():
        dimension = heading.removesuffix("id")
        name = _plain(f"{dimension}name")
        if dimension != heading and name in plain and plain[name] != column:
            found[dimension] = plain[name]
    return found


def _is_beside(plain: str) -> bool:
    """Return whether a heading is a description, a unit's ancestor or the ends of a period."""
    ends = plain.endswith(("description", "startdate", "enddate"))
    return ends or plain.startswith("orgunitlevel")


def _plain(name: str) -> str:
    return "".join(name.replace("_", " ").split()).casefold()


def _key(name: str) -> str:
    return folded(name.replace(".", " ")).casefold()
