"""A provincial workbook: one row a commune, groups and years in the headings above the figures.

A sheet such as ::

    BÁO CÁO TÌNH HÌNH TRẺ EM NĂM 2025
    Mã xã | Tên xã      | Tổng số trẻ em    | Trẻ em có hoàn cảnh đặc biệt
          |             | Nam     | Nữ      | Nam     | Nữ
    03127 | Mường Nhé   | 1.204   | 1.187   | 31      | 27
    03130 | Nậm Kè      | …
    Cộng  |             | …
    (1) Số liệu đến 31/12/2025

is declared as ::

    [file]
    name = "tre-em-xa-2025.xlsx"
    layout = "commune_workbook"
    title_rows = 1
    header_rows = 2
    time_period = "2025"
    unit = "persons"
    columns = {ref_area = "Mã xã"}
    subtotals = ["Cộng", "Toàn tỉnh"]

    [file.indicators]
    "Tổng số trẻ em" = "children"
    "Trẻ em có hoàn cảnh đặc biệt" = "children_special_circumstances"

    [file.groups]
    "Nam" = {sex = "M"}
    "Nữ" = {sex = "F"}

    [file.areas]
    "03127" = "03127"
    "03130" = "03130"

Every heading above a column of figures is an indicator, a group or a year (``Năm 2025``, ``Sơ bộ
2025``), in either row; what all figures share is declared once (`indicator`, `time_period`,
`unit`). ``ref_area`` is the heading of the column of codes, or of names, by which the areas are
known; columns to its left, and columns without a number, are labels. ``note_vi`` and ``note_en``
may be columns too.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Final

from childstats.errors import SourceError
from childstats.sources.delimited import find_headings
from childstats.sources.mapping import folded, has_look_alike, matcher, unknown_area, with_zeros
from childstats.sources.periods import period_of
from childstats.sources.reading import PrintedRow, Quarantined, Reading, ReceivedFile
from childstats.sources.workbooks import Sheet, cell_name, open_sheet

COLUMNS: Final = ("ref_area", "note_vi", "note_en")
"""What may be declared in ``columns``."""


@dataclass(frozen=True, slots=True)
class _Heading:
    """What the headings above a column say; empty where they say nothing."""

    indicator: str = ""
    time_period: str = ""
    obs_status: str = ""
    groups: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class _Layout:
    """Where what stands on the sheet; positions from 0.

    Attributes
    ----------
    first_row, end_row
        Rows of the body.
    labels
        Declared fields to their columns.
    figures
        Columns that hold numbers, each with its headings; None for headings not declared.
    titles
        Headings of every column in words.
    """

    first_row: int
    end_row: int
    labels: Mapping[str, int]
    figures: Mapping[int, _Heading | None]
    titles: tuple[str, ...]


def read_commune_workbook(path: Path, declared: ReceivedFile, *, source_id: str) -> Reading:
    """Read a sheet with one row a commune.

    Parameters
    ----------
    path
        An ``.xlsx`` workbook.
    declared
        Its rows of titles and headings, the column of areas, and what its words mean.
    source_id
        Folder of the source.

    Returns
    -------
    Reading
        One row a cell. Cells of unknown areas and headings are quarantined, or left out if so
        declared; hidden and merged cells are quarantined; subtotals are left out.

    Raises
    ------
    SourceError
        If the workbook or its headings cannot be read, two rows are one area, or a row that is
        neither an area nor declared as subtotal is the sum of those above it.
    """
    where = f"{source_id}/{path.name}"
    _validate(declared, f"{source_id}/source.toml")
    sheet = open_sheet(path, declared, where=where)
    where = f"{where} sheet {sheet.name!r}"
    layout = _layout(sheet, declared, where)
    body = _Body(sheet, layout, declared, source_id, where)
    for row in range(layout.first_row, layout.end_row):
        body.read(row)
    if not body.seen:
        raise SourceError(f"no figures in {where}; see title_rows and header_rows in [file]")
    return Reading.of(
        body.rows,
        body.quarantined,
        left_out=body.left_out,
        seen=body.seen,
        notes=(*sheet.notes, *body.notes()),
    )


def _validate(declared: ReceivedFile, where: str) -> None:
    if declared.header_rows > 2:
        raise SourceError(f"header_rows in [file] of {where} must be 1 or 2")
    unknown = sorted(set(declared.columns) - set(COLUMNS))
    if unknown or "ref_area" not in declared.columns:
        raise SourceError(
            f"columns in [file] of {where} need ref_area, and may have note_vi and note_en"
            + (f", not {unknown[0]}" if unknown else "")
        )


def _layout(sheet: Sheet, declared: ReceivedFile, where: str) -> _Layout:
    top, count = declared.title_rows, declared.header_rows
    if len(sheet.rows) <= top + count:
        raise SourceError(f"no rows below the headings of {where}; see title_rows in [file]")
    header = _filled_header(sheet, top, count, where)
    parts = [tuple(dict.fromkeys(filter(None, column))) for column in zip(*header, strict=True)]
    titles = tuple(" / ".join(column) for column in parts)
    names = {name: column[0] if column else "" for name, column in enumerate(parts)}
    place = f"{where} row {top + 1}"
    asked = set(declared.columns.values())
    kept = [name if name in {folded(a) for a in asked} else titles[i] for i, name in names.items()]
    positions = find_headings(kept, asked, place)
    labels = {name: positions[heading] for name, heading in declared.columns.items()}
    rows = [r for r in range(top + count, len(sheet.rows)) if any(sheet.rows[r])]
    rows = rows[: len(rows) - min(declared.footer_rows, len(rows))]
    heading_of = _reader_of_headings(declared)
    figures: dict[int, _Heading | None] = {}
    for column, words in enumerate(parts):
        heading = heading_of(words)
        numbers = any(_number(sheet.rows[r][column], declared.language) is not None for r in rows)
        beside = column in labels.values() or column < labels["ref_area"]
        if not beside and (heading or numbers):
            figures[column] = heading
    if not any(figures.values()):
        shown = ", ".join(repr(title) for title in titles if title)
        raise SourceError(
            f"no heading of {place} is an indicator, group or year that [file] declares; "
            f"found {shown or 'none'}; see title_rows"
        )
    return _Layout(top + count, rows[-1] + 1 if rows else 0, labels, figures, titles)


def _filled_header(sheet: Sheet, top: int, count: int, where: str) -> list[list[str]]:
    """Return the rows of headings, a merged one repeated over the columns that it spans."""
    header = [list(row) for row in sheet.rows[top : top + count]]
    wide = sorted(m for m in sheet.merged if top <= m[0] < top + count and m[3] > m[1])
    if count == 1:
        if wide:
            raise SourceError(
                f"heading {header[0][wide[0][1]]!r} of {where} spans columns; if there is a row "
                "of headings below it, write header_rows = 2 in [file]"
            )
        return header
    for first, left, _, right in wide:
        for column in range(left + 1, min(right + 1, len(header[0]))):
            header[first - top][column] = header[first - top][left]
    if not any(first == top for first, *_ in wide):
        for column in range(1, len(header[0])):
            if not header[0][column] and header[1][column]:
                header[0][column] = header[0][column - 1]
    return header


def _reader_of_headings(declared: ReceivedFile) -> Callable[[tuple[str, ...]], _Heading | None]:
    """Return what reads the headings of a column; None where a word of them is not declared."""
    indicator_of = matcher(declared.indicators)
    groups = {folded(word).casefold(): meant for word, meant in declared.groups.items()}

    def heading_of(words: tuple[str, ...]) -> _Heading | None:
        together = " ".join(words)
        known = indicator_of(together) is not None or together.casefold() in groups
        indicator, period, status = declared.indicator, declared.time_period, ""
        dimensions: dict[str, str] = {}
        for word in (together,) if known else words:
            code, found = indicator_of(word), period_of(word)
            if code is not None:
                indicator = code
            elif word.casefold() in groups:
                dimensions |= groups[word.casefold()]
            elif found:
                period, status = found
            else:
                return None
        complete = words and indicator and period
        return _Heading(indicator, period, status, dimensions) if complete else None

    return heading_of


class _Body:
    """The rows below the headings, read one after the other."""

    def __init__(
        self, sheet: Sheet, layout: _Layout, declared: ReceivedFile, source_id: str, where: str
    ) -> None:
        self.sheet, self.layout, self.declared = sheet, layout, declared
        self.source_id, self.where = source_id, where
        self.code_of = matcher(declared.areas)
        self.subtotals = {folded(name).casefold() for name in declared.subtotals}
        self.rows: list[PrintedRow] = []
        self.quarantined: list[Quarantined] = []
        self.left_out = self.seen = 0
        self.row_of: dict[str, int] = {}
        self.fixes: list[str] = []
        self.without_figures: list[str] = []
        self.since_subtotal: list[int] = []
        self.merged = {
            (r, c)
            for first, left, last, right in sheet.merged
            for r in range(max(first, layout.first_row), min(last + 1, layout.end_row))
            for c in range(left, right + 1)
        }

    def read(self, row: int) -> None:
        """Read one row: an area, a subtotal, or a remark."""
        cells = self.sheet.rows[row]
        word = cells[self.layout.labels["ref_area"]]
        texts = [cells[column] for column in self.layout.figures]
        labels = [cell for c, cell in enumerate(cells) if c not in self.layout.figures and cell]
        code = self._area(word) if word else None
        if code is None and (not any(texts) or len([c for c in cells if c]) == 1):
            self.without_figures += [" ".join(filter(None, cells))] if any(cells) else []
            return
        self.seen += len(texts)
        if any(label.casefold() in self.subtotals for label in labels):
            self.left_out += len(texts)
            self.since_subtotal = []
        elif code is None:
            self._read_unknown(row, word, labels)
            self.since_subtotal.append(row)
        else:
            if code in self.row_of:
                raise SourceError(
                    f"rows {self.row_of[code] + 1} and {row + 1} of {self.where} are both "
                    f"{word!r} ({code}); use the column of codes as ref_area, or declare the "
                    "names of subtotals"
                )
            self.row_of[code] = row
            self.since_subtotal.append(row)
            for column, heading in self.layout.figures.items():
                self._read_cell(row, column, code, heading)

    def notes(self) -> list[str]:
        """Return what was fixed and what was not read."""
        if not self.without_figures:
            return self.fixes
        shown = ", ".join(repr(text[:60]) for text in self.without_figures)
        return [*self.fixes, f"rows of {self.where} without figures: {shown}"]

    def _area(self, word: str) -> str | None:
        code = self.code_of(word)
        if code is None:
            code = with_zeros(word, self.declared.areas)
            if code is not None:
                self.fixes.append(f"area {word!r} had lost its zeros and was read as {code!r}")
        elif has_look_alike(word):
            self.fixes.append(f"{word!r} has ð (eth) and was read with đ")
        return code

    def _read_unknown(self, row: int, word: str, labels: list[str]) -> None:
        if self.declared.only_mapped:
            self.left_out += len(self.layout.figures)
            return
        if self._is_sum(row):
            shown = labels[0] if labels else ""
            raise SourceError(
                f"row {row + 1} of {self.where} ({shown!r}) is the sum of the rows above it; "
                f"declare subtotals = [{shown!r}] in [file]"
            )
        named = word or next(iter(labels), "")
        rule = unknown_area(named, self.declared.areas) if named else "empty area"
        for column in self.layout.figures:
            self._quarantine(row, column, rule)

    def _is_sum(self, row: int) -> bool:
        """Return whether at least half of the numbers of a row are sums of those above."""
        above = [self.since_subtotal, [*self.row_of.values()]]
        return any(len(rows) > 1 and self._sums(row, rows) for rows in above)

    def _sums(self, row: int, above: list[int]) -> bool:
        equal = numbers = 0
        for column in self.layout.figures:
            total = self._number(row, column)
            if total:
                numbers += 1
                equal += total == sum(self._number(r, column) or 0 for r in above)
        return equal > 0 and 2 * equal >= numbers

    def _number(self, row: int, column: int) -> Decimal | None:
        return _number(self.sheet.rows[row][column], self.declared.language)

    def _read_cell(self, row: int, column: int, code: str, heading: _Heading | None) -> None:
        if heading is None and self.declared.only_mapped:
            self.left_out += 1
            return
        title = self.layout.titles[column]
        rule = ""
        if heading is None:
            rule = f"no indicator, group or year for heading {title!r}; declare it in [file]"
        elif row in self.sheet.hidden_rows or column in self.sheet.hidden_columns:
            rule = "hidden cell; unhide its row and column, or delete them"
        elif (row, column) in self.merged:
            rule = "merged cells; write the figure into each"
        if rule or heading is None:
            self._quarantine(row, column, rule)
            return
        cells, labels = self.sheet.rows[row], self.layout.labels
        text, name = cells[column], cell_name(row, column)
        self.rows.append(
            PrintedRow(
                source_id=self.source_id,
                place=f"{self.sheet.name}!{name}",
                where=f"{self.where} cell {name}",
                locator=f"sheet {self.sheet.name}, cell {name}",
                indicator=heading.indicator,
                ref_area=code,
                time_period=heading.time_period,
                text=text,
                unit=self.declared.unit,
                obs_status=heading.obs_status,
                note_vi=cells[labels["note_vi"]] if "note_vi" in labels else "",
                note_en=cells[labels["note_en"]] if "note_en" in labels else "",
                **heading.groups,
            )
        )

    def _quarantine(self, row: int, column: int, rule: str) -> None:
        place = f"{self.where} cell {cell_name(row, column)}, {self.layout.titles[column]}"
        text = self.sheet.rows[row][column]
        self.quarantined.append(Quarantined(self.source_id, place, text, rule))


def _number(text: str, language: str) -> Decimal | None:
    """Return a cell as a number in the source's format; None when it is none."""
    group, point = (".", ",") if language == "vi" else (",", ".")
    plain = text.replace(" ", "").replace(group, "").replace(point, ".").removesuffix("%")
    if not plain.isascii() or not plain[:1].isdecimal():
        return None
    try:
        return Decimal(plain)
    except InvalidOperation:
        return None
