"""What no published number can be, looked for on every page and in every file of a folder.

``python tests/impossible_numbers.py FOLDER`` reads a folder of built reports and prints a line a
fault: a share outside 0 to 100 % (but of coverage that the catalogue lets exceed it, and but for
changes and differences), nan, infinity, minus nought, a negative count, and a value outside its
interval.
"""

import csv
import json
import re
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from math import isfinite
from pathlib import Path
from typing import Any

from bs4 import BeautifulSoup, Tag
from pypdf import PdfReader
from python_calamine import CalamineWorkbook

from childstats.catalogue.catalogue import Catalogue, read_catalogue

NUMBER = r"[+−-]?\d[\d.,]*"
NO_NUMBER = re.compile(r"(?<![\w/])[−+-]?(?:NaN|NAN|[Ii]nf|INF|[Ii]nfinity|<NA>|nan)(?![\w/-])")
MINUS_NOUGHT = re.compile(r"(?<![\w.,–/)])[−-]0(?:[.,]0+)?(?![\d.,]*\d)(?!\w)")
SHARE = re.compile(rf"(?<![\w.,/])({NUMBER})\s?(?:%|per cent\b|phần trăm\b)")
COUNTED = re.compile(
    r"(?<![\w.,])[−-]\d[\d.,]* (?:children|people|persons|cases|deaths|doses|births|trẻ|em|người|"
    r"trường hợp|vụ|mũi)\b"
)
BARE = re.compile(r"[−-]\d[\d.,]*\*?")
LIMITS = re.compile(
    rf"({NUMBER})(\s?%)?(?: points| điểm %)? "
    rf"\((?:95% CI |KTC 95 ?%: |95% confidence interval |khoảng tin cậy 95 ?%: |rounding |"
    rf"làm tròn: )?({NUMBER})\s?%? (?:to|đến) ({NUMBER})(\s?%)?\)"
)
CHANGE = re.compile(
    r"point|điểm|change|thay đổi|differ|chênh|hiệu số|rose|fell|tăng|giảm|pace|mỗi năm|a year|"
    r"in numbers|quy ra số lượng|gap|potential|slope|difference|index|bất bình đẳng",
    re.IGNORECASE,
)
"""Words beside a number, or at the head of its row or column, that make it a change."""
ENGLISH = re.compile(r"(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d+)?")
VIETNAMESE = re.compile(r"(?:\d{1,3}(?:\.\d{3})+|\d+)(?:,\d+)?")
WHOLES = {"PS", "NUMBER"}
RATE_OF = {"DEATHS_PER_1000_BIRTHS": 1000.0}
SLACK = 1e-9


@dataclass(frozen=True)
class Said:
    """A text of a page: where it stands, its language, and what stands around it."""

    where: str
    text: str
    language: str
    around: str = ""


def faults(folder: Path, catalogue: Catalogue) -> list[str]:
    """Return what cannot be true in a folder of built reports, a line each."""
    may_exceed = names_of_coverage(catalogue)
    quoted = corrections_of(folder)
    found: list[str] = []
    for path in sorted(folder.rglob("*")):
        where = str(path.relative_to(folder))
        if path.suffix == ".json":
            found += [f"{where}: {fault}" for fault in _json_faults(path)]
        elif path.name.endswith(".csv"):
            found += _csv_faults(path, where, catalogue, may_exceed)
        for said in _texts(path, where, quoted):
            found += [f"{said.where}: {fault}" for fault in _text_faults(said, may_exceed)]
    return found


def corrections_of(folder: Path) -> list[str]:
    """Return the corrections of an edition, which quote what was wrong."""
    path = folder / "changes.json"
    corrections = (
        json.loads(path.read_text("utf-8")).get("corrections", []) if path.exists() else []
    )
    return [_plain(correction[language]) for correction in corrections for language in ("en", "vi")]


def _plain(text: str) -> str:
    return " ".join(text.split())


def names_of_coverage(catalogue: Catalogue) -> tuple[str, ...]:
    """Return the names of the shares that may exceed 100 %, in both languages."""
    return tuple(
        name.partition(" (")[0].lower()
        for known in catalogue.indicators.values()
        if known.unit_measure == "PROPORTION" and known.maximum is None
        for name in (known.name_en, known.name_vi)
    )


def value_of(text: str, language: str) -> float | None:
    """Return the number that a text names; of a print in the other language's marks its own."""
    sign = -1.0 if text[0] in "−-" else 1.0
    bare = text.lstrip("−-+").rstrip(".,")
    for pattern, group, point in _order(language):
        if pattern.fullmatch(bare):
            return sign * float(bare.replace(group, "").replace(point, "."))
    return None


def _order(language: str) -> Iterator[tuple[re.Pattern[str], str, str]]:
    both = [(ENGLISH, ",", "."), (VIETNAMESE, ".", ",")]
    yield from (both if language == "en" else reversed(both))


def _text_faults(said: Said, may_exceed: tuple[str, ...]) -> Iterator[str]:
    for pattern, why in (
        (NO_NUMBER, "no number"),
        (MINUS_NOUGHT, "minus nought"),
        (COUNTED, "a negative count"),
    ):
        for hit in pattern.finditer(said.text):
            yield f"{why}: {hit[0]}"
    is_change = bool(CHANGE.search(f"{said.text} {said.around}"))
    if not is_change and BARE.fullmatch(said.text.strip()):
        yield f"a negative count: {said.text}"
    for hit in SHARE.finditer(said.text):
        share = value_of(hit[1], said.language)
        low = -100.0 if is_change or hit[1][0] == "+" else 0.0
        high = float("inf") if CHANGE.search(said.text) else 100.0
        if any(name in f"{said.text} {said.around}".lower() for name in may_exceed):
            high = max(high, 200.0)
        if share is not None and not low <= share <= high:
            yield f"a share outside 0 to 100 %: {hit[0]}"
    for hit in LIMITS.finditer(said.text):
        value, low, high = (value_of(hit[i], said.language) for i in (1, 3, 4))
        of_another_unit = not hit[2] and hit[5]  # 68,000 (32.4% to 32.9%)
        if not of_another_unit and None not in {value, low, high} and not low <= value <= high:
            yield f"a value outside its limits: {hit[0]}"


def _texts(path: Path, where: str, quoted: list[str]) -> Iterator[Said]:
    for said in _all_texts(path, where, quoted):
        text = _plain(said.text)
        for correction in quoted:
            text = text.replace(correction, "")
        yield replace(said, text=text)


def _all_texts(path: Path, where: str, quoted: list[str]) -> Iterator[Said]:
    language = "vi" if ".vi." in path.name or path.name == "index.html" else "en"
    match path.suffix:
        case ".md":
            yield from _markdown(path.read_text(encoding="utf-8"), where, language)
        case ".html":
            yield from _html(path, where, language)
        case ".xlsx":
            yield from _workbook(path, where, language)
        case ".pdf":
            for number, page in enumerate(PdfReader(path).pages, start=1):
                # lines are broken anywhere: a change's word may stand in any of them
                text = _plain(page.extract_text())
                for correction in quoted:
                    text = text.replace(correction, "")
                for kind in (NO_NUMBER, MINUS_NOUGHT, COUNTED):
                    for hit in kind.finditer(text):
                        yield Said(f"{where} page {number}", hit[0], language)
                for hit in SHARE.finditer(text):
                    around = text[max(0, hit.start() - 400) : hit.end() + 400]
                    yield Said(f"{where} page {number}", hit[0], language, around)


def faults_of_text(text: str, language: str, may_exceed: tuple[str, ...]) -> list[str]:
    """Return what cannot be true in a report as Markdown, a line each."""
    return [
        f"{said.where}: {fault}"
        for said in _markdown(text, "", language)
        for fault in _text_faults(replace(said, text=_plain(said.text)), may_exceed)
    ]


def _markdown(written: str, where: str, language: str) -> Iterator[Said]:
    heads: list[str] = []
    above = group = ""
    for number, line in enumerate(written.splitlines(), start=1):
        place = f"{where} line {number}"
        if not line.startswith("|"):
            heads = []
            if line.startswith("#") or line.startswith("**"):
                above = line
            yield Said(place, line, language, above)
            continue
        cells = [cell.strip() for cell in re.split(r"(?<!\\)\|", line)[1:-1]]
        if all(re.fullmatch(r":?-+:?", cell) for cell in cells):
            continue
        if not heads:
            heads, group = cells, ""
            yield from (Said(place, cell, language) for cell in cells)
            continue
        if not any(cells[1:]):
            group = cells[0]
        for head, cell in zip(heads, cells, strict=False):
            yield Said(place, cell, language, f"{above} {group} {head} {cells[0]}")


def _html(path: Path, where: str, language: str) -> Iterator[Said]:
    page = BeautifulSoup(path.read_text(encoding="utf-8"), "html.parser")
    for hidden in page(["script", "style"]):
        hidden.decompose()
    above = ""
    for part in page.find_all(["h1", "h2", "h3", "p", "li", "figcaption", "table", "img"]):
        if part.name == "table":
            yield from _html_table(part, where, language, above)
        elif not part.find_parent("table"):
            text = " ".join((part.get("alt") or part.get_text(" ")).split())
            if part.name.startswith("h"):
                above = text
            elif part.name in {"figcaption", "img"}:  # a table of its data may follow
                above += f" {text}"
            if not part.find(["li", "p", "table"]):
                yield Said(where, text, language, above)


def _html_table(table: Tag, where: str, language: str, above: str) -> Iterator[Said]:
    caption = table.find("caption")
    above += f" {caption.get_text(' ')}" if caption else ""
    heads: list[str] = []
    group = ""
    for row in table.find_all("tr"):
        cells = [" ".join(cell.get_text(" ").split()) for cell in row.find_all(["th", "td"])]
        if not heads:
            heads = cells
            continue
        if len(cells) == 1:
            group = cells[0]
        for head, cell in zip(heads, cells, strict=False):
            yield Said(where, cell, language, f"{above} {group} {head} {cells[0]}")


def _workbook(path: Path, where: str, language: str) -> Iterator[Said]:
    book = CalamineWorkbook.from_path(path)
    for name in book.sheet_names:
        rows = [[str(cell) for cell in row] for row in book.get_sheet_by_name(name).to_python()]
        above = " ".join(row[0] for row in rows[:2] if row)
        heads: list[str] = []
        for number, row in enumerate(rows, start=1):
            heads = heads or (row if sum(map(bool, row)) > 1 else [])
            for head, cell in zip(heads or row, row, strict=False):
                around = f"{above} {head} {' '.join(row[:2])}" if heads else ""
                if not re.fullmatch(r"-?\d+(\.\d+)?(e-?\d+)?", cell):  # a number: in the CSV files
                    yield Said(f"{where} {name} row {number}", cell, language, around)


def _json_faults(path: Path) -> Iterator[str]:
    refused: list[str] = []
    json.loads(path.read_text(encoding="utf-8"), parse_constant=refused.append)
    yield from (f"no number: {constant}" for constant in refused)


def _csv_faults(
    path: Path, where: str, catalogue: Catalogue, may_exceed: tuple[str, ...]
) -> Iterator[str]:
    language = "vi" if ".vi." in path.name else "en"
    with path.open(encoding="utf-8-sig", newline="") as file:
        rows = [{k.lower(): v for k, v in row.items()} for row in csv.DictReader(file)]
    names = _names_of(path) if path.name.endswith(".numbers.csv") else {}
    for number, row in enumerate(rows, start=2):
        place = f"{where} line {number}"
        around = " ".join(row.get(name) or "" for name in AROUND)
        around += "".join(names.get(figure, "") for figure in (row.get("inputs") or "").split())
        for name, text in row.items():
            if name in {"text", "written"}:
                said = Said(place, text or "", language, around)
                yield from (f"{place}: {fault}" for fault in _text_faults(said, may_exceed))
            elif NO_NUMBER.fullmatch(text or "") or MINUS_NOUGHT.fullmatch(text or ""):
                yield f"{place}: no number: {name}={text}"
        numbers = {name: n for name, text in row.items() if (n := _float(name, text)) is not None}
        yield from (f"{place}: {fault}" for fault in _number_faults(row, numbers, catalogue))


def _names_of(path: Path) -> dict[str, str]:
    """Return the name of each figure's indicator, for the receipts of a report."""
    beside = path.with_name(path.name.replace(".numbers.csv", ".observations.csv"))
    with beside.open(encoding="utf-8-sig", newline="") as file:
        return {row["figure_id"]: f" {row['indicator_name']}" for row in csv.DictReader(file)}


AROUND = ("title", "group", "column", "row", "kind", "formula")
NUMERIC = {
    *("value", "low", "high", "obs_value", "obs_low", "obs_high"),
    *("lower_bound", "upper_bound", "numerator", "denominator"),
}
TRIPLES = (
    ("low", "value", "high"),
    ("obs_low", "obs_value", "obs_high"),
    ("lower_bound", "obs_value", "upper_bound"),
)


def _float(name: str, text: str | None) -> float | None:
    try:
        return float(text or "") if name in NUMERIC else None
    except ValueError:
        return None


def _number_faults(
    row: Mapping[str, Any], numbers: Mapping[str, float], catalogue: Catalogue
) -> Iterator[str]:
    for name, number in numbers.items():
        if not isfinite(number):
            yield f"no number: {name}={number}"
    for low, middle, high in TRIPLES:
        value = numbers.get(middle)
        if value is None:
            continue
        slack = SLACK * max(1.0, abs(value))
        if numbers.get(low, value) > value + slack or numbers.get(high, value) < value - slack:
            yield f"a value outside its limits: {numbers.get(low)} {value} {numbers.get(high)}"
    known = catalogue.indicators.get(row.get("indicator") or "")
    if known is None:
        return
    unit = row.get("unit_measure")
    most = RATE_OF.get(str(unit), float("inf"))
    if unit == "PROPORTION" and known.maximum is not None:
        most = known.maximum
    for name in NUMERIC & set(numbers):
        limit = float("inf") if name in {"numerator", "denominator"} else most
        if not -SLACK <= numbers[name] <= limit + SLACK:
            yield f"outside what {known.indicator} can be: {name}={numbers[name]}"
    counts = [numbers.get(name) for name in ("numerator", "denominator")]
    if None not in counts and known.maximum == 1 and counts[0] > counts[1]:
        yield f"more cases than people: {counts[0]} of {counts[1]}"


if __name__ == "__main__":
    reports = Path(sys.argv[1])
    catalogue_folder = Path(sys.argv[2]) if len(sys.argv) > 2 else reports.parent / "data/catalogue"
    lines = faults(reports, read_catalogue(catalogue_folder))
    print(*lines, f"{len(lines)} faults", sep="\n")
    sys.exit(bool(lines))
