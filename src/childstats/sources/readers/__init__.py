"""Readers: one small module per publisher layout, from a file to printed rows."""

from typing import Final

from childstats.sources.readers.dhis2_csv import read_dhis2_csv
from childstats.sources.readers.dhis2_json import read_dhis2_json
from childstats.sources.readers.gho_csv import read_gho_csv
from childstats.sources.readers.gho_json import read_gho_json
from childstats.sources.readers.pxweb_csv import read_pxweb_csv
from childstats.sources.readers.pxweb_jsonstat import read_pxweb_jsonstat
from childstats.sources.readers.sdmx_csv import read_sdmx_csv
from childstats.sources.readers.worldbank_csv import read_worldbank_csv
from childstats.sources.readers.worldbank_json import read_worldbank_json
from childstats.sources.readers.wuenic import read_wuenic

READERS: Final = {
    "dhis2_csv": read_dhis2_csv,
    "dhis2_json": read_dhis2_json,
    "gho_csv": read_gho_csv,
    "gho_json": read_gho_json,
    "pxweb_csv": read_pxweb_csv,
    "pxweb_jsonstat": read_pxweb_jsonstat,
    "sdmx_csv": read_sdmx_csv,
    "worldbank_csv": read_worldbank_csv,
    "worldbank_json": read_worldbank_json,
    "wuenic": read_wuenic,
}
"""How each layout of `childstats.sources.source.LAYOUTS` is read."""
