"""What the DHIS2 layouts share: dimensions, names of ids, and the two shapes of a table."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from childstats.errors import SourceError
from childstats.sources.mapping import folded
from childstats.sources.readers.collected import Collected, Group
from childstats.sources.readers.periods import sdmx_period

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
MAX_WORDS: Final = 30
"""A longer heading of the table layout is not taken apart."""


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


def add_rows(
    cells: Collected,
    columns: Columns,
    rows: Sequence[tuple[int, Sequence[str]]],
    names: Names,
    *,
    word: str,
) -> None:
    """Account for every figure of a table.

    Parameters
    ----------
    cells
        Where they are collected.
    columns
        What each column is.
    rows
        The number of each row, and its cells.
    names
        What the answer says about its ids.
    word
        What a row's number counts: ``line`` or ``row``.

    Raises
    ------
    SourceError
        If the file has no unit, period or indicator and none is declared.
    """
    fixed = _fixed(cells, columns, names)
    free = [d for d in ("dx", "pe", "ou", "co") if d not in columns.dimensions]
    headings = {
        column: {} if columns.long else _taken_apart(heading, free, cells, names)
        for column, heading in columns.values.items()
    }
    filters = _filters(columns, names)
    for number, row in rows:
        of_row = {d: row[at[0]] for d, at in columns.dimensions.items()}
        groups = [
            (names.items.get(d, d), names.of(row[column], d))
            for d, column in columns.groups.items()
        ]
        for column, heading in columns.values.items():
            at = f"{word} {number}, {heading}"
            said = headings[column]
            if said is None:
                rule = f"heading {heading!r} cannot be taken apart"
                cells.set_aside(at, row[column], rule)
                continue
            spelled = {**fixed, **said, **of_row}
            known = {d: names.of(text, d) for d, text in spelled.items()}
            for dimension, others in columns.dimensions.items():
                known[dimension] = (*known[dimension], *(row[c] for c in others[1:]))
            periods = [sdmx_period(text) for text in known.get("pe", ())]
            ambiguous = [names.ambiguous(text, d) for d, text in spelled.items() if d != "pe"]
            cells.add(
                place=f"{number}" if columns.long else f"{number}.{column + 1}",
                at=at,
                locator=_locator(at, spelled, names),
                text=row[column],
                areas=known.get("ou", ()),
                indicators=known.get("dx", ()),
                period=next((period for period in periods if period), None),
                period_text=spelled.get("pe", ""),
                groups=[*((d, known[d]) for d in ("co", "ao") if d in known), *groups, *filters],
                broken=next(filter(None, ambiguous), ""),
            )


def _locator(start: str, spelled: Mapping[str, str], names: Names) -> str:
    """Return a figure's place, with what it is about by name where the answer has one."""
    told = [names.items.get(spelled[d], spelled[d]) for d in ("dx", "ou", "pe") if d in spelled]
    return f"{start} ({', '.join(told)})"


def _fixed(cells: Collected, columns: Columns, names: Names) -> dict[str, str]:
    """Return what all figures share: the answer's filter, or what is declared.

    A filter of several units or periods makes their sum, by the name "Bo and Bombali".
    """
    declared = cells.declared
    areas = list(declared.areas)
    constants = {"pe": declared.time_period, "ou": areas[0] if len(areas) == 1 else ""}
    fixed = {}
    for dimension in ("dx", "pe", "ou"):
        if dimension in columns.dimensions:
            continue
        ids = names.dimensions.get(dimension, ())
        several = " and ".join(names.items.get(code, code) for code in ids)
        constant = constants.get(dimension, "")
        filtered = ids[0] if len(ids) == 1 else several
        if constant or filtered:
            fixed[dimension] = constant if constant and len(ids) != 1 else filtered
        elif columns.long and not (dimension == "dx" and declared.indicator):
            raise SourceError(
                f"{cells.where} has no column {dimension}; ask for {dimension} as a dimension, or "
                "declare what all its figures share in [file]"
            )
    return fixed


def _filters(columns: Columns, names: Names) -> list[tuple[str, Sequence[str]]]:
    """Return the further dimensions that an answer was filtered by, each with its groups."""
    shown = {*columns.dimensions, *columns.groups, "dx", "pe", "ou", "co"}
    return [
        (names.items.get(d, d), (" and ".join(names.items.get(i, i) for i in ids),))
        for d, ids in names.dimensions.items()
        if d not in shown and ids
    ]


def _taken_apart(
    heading: str, free: Sequence[str], cells: Collected, names: Names
) -> dict[str, str] | None:
    """Return the dimensions that a heading of the table layout names; None if not exactly one way.

    A heading is the names of its dimensions with a space between, in the order asked for:
    ``ANC 1st visit January 2016``.
    """
    words = folded(heading).split(" ")
    if len(words) > MAX_WORDS:
        return None
    found = list(_ways(tuple(words), tuple(free), cells, names))
    return found[0] if len(found) == 1 else None


def _ways(
    words: tuple[str, ...], free: tuple[str, ...], cells: Collected, names: Names
) -> Iterator[dict[str, str]]:
    if not words:
        yield {}
        return
    for end in range(1, len(words) + 1):
        piece = " ".join(words[:end])
        for dimension in free:
            if _is_of(piece, dimension, cells, names):
                rest = tuple(d for d in free if d != dimension)
                for way in _ways(words[end:], rest, cells, names):
                    yield {dimension: piece, **way}


def _is_of(piece: str, dimension: str, cells: Collected, names: Names) -> bool:
    if names.has(piece, dimension):
        return True
    if dimension == "pe":
        return sdmx_period(piece) is not None
    if dimension == "co":
        return cells.knows_group(piece)
    return cells.knows({"dx": "indicators", "ou": "areas"}[dimension], piece)


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
