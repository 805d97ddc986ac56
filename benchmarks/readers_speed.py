"""Time the readers of publishers' large CSV layouts on made-up files.

Run: python benchmarks/readers_speed.py [FIGURES]

Printed: seconds of processor from file to printed rows, and that per figure.
"""

import random
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import TextIO

from childstats.sources.readers import reader_of
from childstats.sources.reading import ReceivedFile

AREAS = {f"C{n}": "VNM" for n in range(200)}
YEARS = range(1960, 2020)


def write_gho(file: TextIO, figures: int, chance: random.Random) -> None:
    """Write Athena's CSV, every cell in quotes."""
    file.write('"GHO","PUBLISHSTATE","YEAR","COUNTRY","SEX","Display Value","Numeric"\n')
    for n in range(figures):
        value = chance.randint(10, 900) / 10
        display = f"{value} [{value - 1:.1f}-{value + 1:.1f}]"
        sex = chance.choice(("MLE", "FMLE", "BTSX"))
        year = chance.choice(YEARS)
        file.write(f'"X","PUBLISHED","{year}","C{n % 200}","{sex}","{display}","{value}"\n')


def write_worldbank(file: TextIO, figures: int, chance: random.Random) -> None:
    """Write a bulk download: lines above the header, a comma at the end, unrounded numbers."""
    file.write('"Data Source","made up",\n\n"Last Updated Date","2026-01-01",\n\n')
    headings = ("Country Name", "Country Code", "Indicator Name", "Indicator Code", *YEARS)
    file.write(",".join(f'"{heading}"' for heading in headings) + ",\n")
    for n in range(figures // len(YEARS)):
        cells = (f"C{n % 200}", f"C{n % 200}", "made up", "X", *(chance.random() for _ in YEARS))
        file.write(",".join(f'"{cell}"' for cell in cells) + ",\n")


def write_dhis2(file: TextIO, figures: int, chance: random.Random) -> None:
    """Write long analytics by month."""
    file.write("Data,Period,Organisation unit,Value\n")
    for n in range(figures):
        month = f"{chance.choice(YEARS)}{chance.randint(1, 12):02}"
        file.write(f"X,{month},C{n % 200},{chance.randint(0, 999)}\n")


WRITERS: dict[str, Callable[[TextIO, int, random.Random], None]] = {
    "gho_csv": write_gho,
    "worldbank_csv": write_worldbank,
    "dhis2_csv": write_dhis2,
}


def main(figures: int = 1_000_000) -> None:
    """Time each layout once."""
    for layout, write in WRITERS.items():
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "made-up.csv"
            with path.open("w", encoding="utf-8") as file:
                write(file, figures, random.Random(20261125))
            declared = ReceivedFile(path.name, layout, areas=AREAS, indicators={"X": "made_up"})
            start = time.process_time()
            reading = reader_of(layout)(path, declared, source_id="made-up")
            taken = time.process_time() - start
            if len(reading.printed) != reading.seen:
                raise SystemExit("the made-up table was not read whole; the benchmark is wrong")
            print(f"{layout}: {reading.seen:,} figures, {taken:.2f} s", end=", ")
            print(f"{1e6 * taken / reading.seen:.2f} µs a figure")


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
