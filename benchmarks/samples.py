"""Read publishers' own files, and print the table of what became of their cells.

Run: python benchmarks/samples.py SAMPLES_FOLDER

SAMPLES_FOLDER holds the files as downloaded, in any folders; which they are stands in
docs/readers.md, where the table goes. All are read for Viet Nam, DHIS2's demonstration for its own
country; what else they hold is left out.
"""

import sys
from pathlib import Path
from typing import Any

from childstats.sources.readers import reader_of
from childstats.sources.reading import ReceivedFile

VIET_NAM = {"VNM": "VNM", "Viet Nam": "VNM", "WHOLE COUNTRY": "VNM", "Dien Bien": "VN-71"}
VACCINES = ("BCG", "DTP1", "DTP3", "MCV1", "MCV2", "POL3", "HEPB3", "HEPBB")
DECLARED: dict[str, dict[str, Any]] = {
    "Average population by province.csv": {"layout": "pxweb_csv", "indicator": "population"},
    "Infant mortality rate by province.csv": {
        "layout": "pxweb_csv",
        "indicator": "infant_mortality_rate",
    },
    "Percentage of children under 1 year old immunized fully caccinations by province.csv": {
        "layout": "pxweb_csv",
        "indicator": "full_immunisation_under_1",
    },
    "Under five mortality rate by province.csv": {
        "layout": "pxweb_csv",
        "indicator": "under_five_mortality_rate",
    },
    "E02.03-07.json": {"layout": "pxweb_jsonstat", "indicator": "population"},
    "CME_MRY0T4_all_2020.csv": {
        "layout": "sdmx_csv",
        "indicators": {"CME_MRY0T4": "under_five_mortality_estimate"},
        "groups": {"Y0T4": {}},
    },
    "MDG_0000000007.csv": {"layout": "gho_csv", "indicator": "under_five_mortality_estimate"},
    "wuenic_2024rev_data_wuenic.xlsx": {
        "layout": "wuenic",
        "indicators": {vaccine: f"{vaccine.lower()}_coverage" for vaccine in VACCINES},
    },
    "analytics.json-2e4572.body.json": {
        "layout": "dhis2_json",
        "indicators": {"Commodities - Misoprostol": "misoprostol"},
        "areas": {"ImspTQPwCqd": "SLE"},
    },
    "analytics.json-8305c9.body.json": {"layout": "dhis2_json", "indicator": "at_risk"},
}
"""How each file is declared, by its name."""
COUNTS = ("seen", "read", "quarantined", "left out")


def main(folder: str) -> None:
    """Print the table."""
    files = sorted(path for path in Path(folder).rglob("*") if path.name in DECLARED)
    print(f"| file | layout | {' | '.join(COUNTS)} |")
    print("|---|---|" + "---:|" * len(COUNTS))
    for path in files:
        declared = ReceivedFile(
            path.name, **({"areas": VIET_NAM, "only_mapped": True} | DECLARED[path.name])
        )
        reading = reader_of(declared.layout)(path, declared, source_id=path.parent.name)
        counts = (reading.seen, len(reading.printed), len(reading.quarantined), reading.left_out)
        cells = " | ".join(f"{count:,}" for count in counts)
        print(f"| `{path.parent.name}/{path.name}` | `{declared.layout}` | {cells} |")
    for name in sorted(set(DECLARED) - {path.name for path in files}):
        print(f"not there: {name}", file=sys.stderr)


if __name__ == "__main__":
    main(sys.argv[1])
