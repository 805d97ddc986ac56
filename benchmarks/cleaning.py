"""Time the cleaning of a tidy table against pandas.read_csv of the same file.

Run: python benchmarks/cleaning.py [ROWS [ROUNDS]]

The table is made up: communes numbered from 1, figures drawn by chance from a fixed seed, in the
order in which a statistics office exports them (indicator, area, year, group). Cleaning is
everything from the file to the observation table: read, publish, observe, prefer. Both are timed in
turn, on ROWS rows and on a tenth of them; printed are medians, their ratio, and the peak memory.
"""

import random
import resource
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from itertools import product
from pathlib import Path

import pandas as pd

from childstats.catalogue.areas import Area
from childstats.catalogue.catalogue import Catalogue, read_catalogue
from childstats.figures.published import publish
from childstats.observations.observing import observe
from childstats.observations.table import prefer
from childstats.sources.readers.tidy import read_tidy
from childstats.sources.reading import ReceivedFile
from childstats.sources.source import Source

ROOT = Path(__file__).resolve().parents[1]
INDICATORS = {
    "Trẻ em dưới 1 tuổi được tiêm chủng đầy đủ (giả định)": "full_immunisation_under_1",
    "Trẻ em dưới 5 tuổi suy dinh dưỡng thấp còi (giả định)": "stunting_under_5",
    "Trẻ em dưới 5 tuổi suy dinh dưỡng nhẹ cân (giả định)": "underweight_under_5",
    "Trẻ em dưới 16 tuổi trong dân số (giả định)": "children_under_16_share",
    "Trẻ em được đăng ký khai sinh (giả định)": "birth_registration_under_5",
}
YEARS = range(2006, 2026)
GROUPS = (("Chung", "Chung"), ("Nam", "Chung"), ("Nữ", "Chung"), ("Chung", "U"), ("Chung", "R"))
COLUMNS = {
    "indicator": "Chỉ tiêu",
    "ref_area": "Địa bàn",
    "time_period": "Năm",
    "sex": "Giới tính",
    "residence": "Khu vực",
    "text": "Giá trị",
    "numerator_text": "Tử số",
    "denominator_text": "Mẫu số",
    "lower_text": "Cận dưới",
    "upper_text": "Cận trên",
    "obs_status": "Trạng thái",
    "unit": "Đơn vị",
}


def write_table(path: Path, rows: int) -> Catalogue:
    """Write a made-up table, and return a catalogue that has its areas."""
    chance = random.Random(20261125)
    communes = rows // (len(INDICATORS) * len(YEARS) * len(GROUPS))
    areas = {f"{n:05}": f"Xã giả định {n:05}" for n in range(1, communes + 1)}
    with path.open("w", encoding="utf-8") as file:
        file.write(",".join(COLUMNS.values()) + "\n")
        for indicator, area, year, (sex, residence) in product(
            INDICATORS, areas.values(), YEARS, GROUPS
        ):
            asked = chance.randint(20, 9_999)
            found = int(asked * chance.uniform(0.05, 0.95))
            share = round(100 * found / asked, 1)
            low, high = round(share * 0.95, 1), round(min(100, share * 1.05), 1)
            status = "P" if year == YEARS[-1] else ""
            cells = (indicator, area, year, sex, residence, share, found, asked, low, high)
            file.write(",".join(map(str, cells)) + f",{status},percent\n")
    known = read_catalogue(ROOT / "data" / "catalogue")
    made_up = {
        code: Area(code, name, name, "commune", "VN-71", "", "", "made up")
        for code, name in areas.items()
    }
    return Catalogue(known.indicators, {**known.areas, **made_up})


def cleaned(path: Path, declared: ReceivedFile, catalogue: Catalogue) -> pd.DataFrame:
    """Return the observation table of a file."""
    source = Source(
        *("made-up", "made up", "made up", "made up", "", "2026", "", "2026-11-25", "en"),
        *("none", "official_statistics", 1, "", ""),
        file=declared,
    )
    reading = read_tidy(path, declared, source_id=source.source_id)
    figures, unreadable = publish(source, reading)
    sources = {source.source_id: source}
    candidates, refused = observe(figures, catalogue, sources, last_year=2026)
    observations = prefer(candidates, sources)
    if reading.quarantined or unreadable or refused or len(observations) != reading.seen:
        raise SystemExit("the made-up table was not read whole; the benchmark is wrong")
    return observations


def seconds(work: Callable[[], object]) -> float:
    """Return the processor's time for a piece of work; what else the machine does is not in it."""
    start = time.process_time()
    work()
    return time.process_time() - start


def compare(rows: int, rounds: int) -> None:
    """Time both on a table of so many rows, and print the outcome."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "made-up.csv"
        catalogue = write_table(path, rows)
        made_up = {a.name_vi: code for code, a in catalogue.areas.items() if a.parent == "VN-71"}
        declared = ReceivedFile(
            path.name,
            "tidy",
            columns=COLUMNS,
            areas=made_up,
            indicators=INDICATORS,
            groups={"Nam": {"sex": "M"}, "Nữ": {"sex": "F"}, "Chung": {}},
        )
        times: dict[str, list[float]] = {"read_csv": [], "cleaning": []}
        for _ in range(rounds):
            times["read_csv"].append(seconds(lambda: pd.read_csv(path)))
            times["cleaning"].append(seconds(lambda: cleaned(path, declared, catalogue)))
        megabytes = path.stat().st_size / 1e6
    read, clean = (statistics.median(taken) for taken in times.values())
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e3
    print(f"{rows:,} rows, {megabytes:.0f} MB: read_csv {read:.2f} s, cleaning {clean:.2f} s,")
    print(f"  ratio {clean / read:.2f}, {1e6 * clean / rows:.2f} µs a row, peak {peak:,.0f} MB")


def main(rows: int = 1_000_000, rounds: int = 5) -> None:
    """Compare on a tenth of the rows, then on all of them."""
    for size in (rows // 10, rows):
        compare(size, rounds)


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
