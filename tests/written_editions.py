"""Editions written by hand: a few observations, pages and their checksums."""

import hashlib
import json

from childstats.observations.table import COLUMNS, KEY

PAGE = '<!doctype html>\n<html lang="{}">\n<header>\n<p>x</p>\n</header>\n<main></main>\n'


def write_edition(folder, *rows, **files):
    """Write an edition of some observations and pages, with its checksums."""
    table = [",".join(COLUMNS)]
    for indicator, value, source in rows:
        cells = dict.fromkeys(COLUMNS, "") | dict.fromkeys(KEY, "_T")
        cells |= {"indicator": indicator, "ref_area": "VN-05", "time_period": "2025"}
        cells |= {"obs_value": value, "source_id": source, "obs_status": "A"}
        table.append(",".join(cells.values()))
    contents = {
        "index.html": PAGE.format("vi"),
        "index.en.html": PAGE.format("en"),
        "manifest.json": json.dumps({"edition": "one", "date": "2026-01-31"}),
        "data/observations.csv": "\n".join(table) + "\n",
        **{name.replace("_", "."): text for name, text in files.items()},
    }
    for name, text in contents.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text, encoding="utf-8")
    sums = {n: hashlib.sha256(t.encode()).hexdigest() for n, t in contents.items()}
    listed = "".join(f"{checksum}  {name}\n" for name, checksum in sorted(sums.items()))
    (folder / "SHA256SUMS").write_text(listed, encoding="utf-8")
    return folder
