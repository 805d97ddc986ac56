"""Search every published file of a workspace for counts that are published in another form only.

Run: python benchmarks/sweep_files.py FOLDER

The counts as received, and their sums over merged units, are read from ``data/raw`` without the
library. A count of 1,000 or more of a commune that is one off a multiple of 5 (two off is an end of
a rounded count's range, and published as that) must stand in no file: not
in the words of a PDF, its metadata and other objects, in HTML with its drawings, Markdown,
spreadsheets, CSV, JSON, the names of files, editions before, or what is kept between builds.
(Smaller ones would meet page numbers and coordinates; they go through the same functions.)
Prints how many counts were looked for in how many files of each kind, and each that was found. So
that a search which reads nothing does not pass, the rounded counts are looked for as well.
"""

import csv
import re
import sys
import zipfile
from collections import Counter
from pathlib import Path

from pypdf import PdfReader

SMALLEST = 1_000
YEARS = range(1990, 2101)
ONE_OFF = {1, 4}
# Not the number of a figure's id (``source:1234``), a line of a file, a size or a time.
NOT_A_COUNT = r"""(?<![\w.,])(?<!\w:)(?<!line )(?<!bytes": )(?<!bytes":)(?<!seconds": )(?!0)"""
NUMBER = re.compile(NOT_A_COUNT + r"(\d{1,3}(?:[.,\u00a0 ]\d{3})+|\d{4,})(?![.,]?\d|\w)")


def true_counts(folder):
    """Return the counts of communes as received, and their sums over merged units."""
    with (folder / "data/catalogue/area_changes.csv").open(encoding="utf-8", newline="") as file:
        into = {row["old_area"]: row["new_area"] for row in csv.DictReader(file)}
    with (folder / "data/catalogue/areas.csv").open(encoding="utf-8", newline="") as file:
        small = {r["ref_area"] for r in csv.DictReader(file) if r["level"] == "commune"}
    counts, sums, exact = set(), Counter(), set()
    for path in folder.glob("data/raw/*/figures.csv"):
        with path.open(encoding="utf-8", newline="") as file:
            for row in csv.DictReader(file):
                for column in ("text", "numerator_text", "denominator_text"):
                    if not row[column].isdecimal():
                        continue
                    number = int(row[column])
                    if row["ref_area"] not in small:
                        exact.add(number)
                        continue
                    counts.add(number)
                    if row["time_period"] < "2025":
                        place = into.get(row["ref_area"], row["ref_area"])
                        key = (place, row["time_period"], row["indicator"], row["sex"], column)
                        sums[key] += number
    return (counts | set(sums.values())), exact


def text_of(path):
    """Return all text of a file: of a PDF its pages, its metadata and the texts of its objects."""
    if path.suffix == ".xlsx":
        with zipfile.ZipFile(path) as book:
            parts = "\n".join(book.read(name).decode("utf-8") for name in book.namelist())
        return re.sub(r' (count|uniqueCount)="\d+"', "", parts)  # how many strings the book has
    if path.suffix == ".png":
        return ""  # a picture of a page of the PDF: its name is searched
    if path.suffix != ".pdf":
        return path.read_bytes().decode("utf-8", errors="replace")
    reader = PdfReader(path)
    objects = (reader.get_object(n) for n in range(1, len(reader.xref[0]) or 1))
    said = [str(o) for o in objects if isinstance(o, dict) and "/Alt" in o]
    return "\n".join([*(page.extract_text() for page in reader.pages), str(reader.metadata), *said])


def numbers_in(text):
    """Return the whole numbers of four digits or more that a text prints, grouped or not."""
    return {int(re.sub(r"\D", "", found)) for found in NUMBER.findall(text)}


def main(folder):
    """Print what was looked for, and each count that stands in a file; 1 if there is one."""
    counts, exact = true_counts(folder)
    large = {n for n in counts if n >= SMALLEST and n not in YEARS}
    secret = {n for n in large if n % 5 in ONE_OFF} - exact
    rounded = {5 * round(n / 5) for n in large}
    files = [
        path
        for place in ("reports", "data/processed", ".childstats")
        for path in sorted((folder / place).rglob("*"))
        if path.is_file()
    ]
    kinds, seen, faults = Counter(), set(), 0
    for path in files:
        kinds[path.suffix] += 1
        found = numbers_in(f"{path.name}\n{text_of(path)}")
        seen |= found & rounded
        for number in sorted(found & secret):
            faults += 1
            print(f"{number} stands in {path.relative_to(folder)}")
    listed = ", ".join(f"{number} {kind or 'without suffix'}" for kind, number in kinds.items())
    print(f"{len(secret):,} counts looked for in {len(files):,} files ({listed}): {faults} found")
    print(f"of {len(rounded):,} rounded counts {len(seen):,} found: the files are read")
    return int(faults > 0 or not seen)


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
