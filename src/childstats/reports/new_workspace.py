"""Make a fresh workspace, from which another province's first reports can be built at once."""

import re
import shutil
from importlib.resources import files
from pathlib import Path
from typing import Final

from childstats.analyses.arguments import FIRST_YEAR, LAST_YEAR
from childstats.catalogue.catalogue import read_catalogue
from childstats.errors import EditionError
from childstats.folders import EDITION_FILE

TEMPLATE_AREA: Final = "VN-71"
TEMPLATE_YEAR: Final = 2025
"""Area and year that stand in the edition and the notebooks as they are shipped."""
EXAMPLES: Final = {"communes": "example_communes"}
"""Name of an example, and the folder of its texts in the package."""
CARRIED: Final = {"notebooks": "notebooks", "catalogue": "data/catalogue"}
"""Folder of ``childstats/carried`` in a wheel, and its place in the repository and a workspace."""


def new_workspace(
    path: str | Path,
    *,
    ref_area: str = TEMPLATE_AREA,
    time_period: int = TEMPLATE_YEAR,
    example: str = "",
) -> Path:
    """Make a workspace: edition, catalogue, an example source, notebooks and a README.

    Parameters
    ----------
    path
        A folder that does not exist or is empty.
    ref_area
        Area of the first reports, a code of the catalogue.
    time_period
        Their year.
    example
        ``communes`` for made-up figures of 45 communes, to try disclosure control on.

    Returns
    -------
    Path
        The folder.

    Raises
    ------
    EditionError
        If the folder holds anything, is a file, the year is none, or there is no such example.
    CatalogueError
        If the area is not in the catalogue, or had ended before the year; nothing is written.
    """
    folder = Path(path)
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise EditionError(f"{folder} is not an empty folder; name one that does not exist")
    if not FIRST_YEAR <= time_period <= LAST_YEAR:
        raise EditionError(f"time_period {time_period} is no year; write one such as 2025")
    if example not in {"", *EXAMPLES}:
        raise EditionError(f"no example {example!r}; use one of {', '.join(EXAMPLES)}")
    read_catalogue(_carried("catalogue")).bearer(ref_area, time_period)
    shutil.copytree(Path(str(files("childstats"))) / "template", folder, dirs_exist_ok=True)
    for name, place in CARRIED.items():
        shutil.copytree(_carried(name), folder / place, ignore=shutil.ignore_patterns(".*"))
    for written in (folder / EDITION_FILE, *(folder / "notebooks").glob("*.ipynb")):
        text = _about(written.read_text(encoding="utf-8"), ref_area, time_period)
        if written.name == EDITION_FILE and ref_area != TEMPLATE_AREA:
            # without figures of its own an area has no report; the example's shows how one looks
            both = f'ref_area = ["{ref_area}", "{TEMPLATE_AREA}"]'
            text = text.replace(f'ref_area = ["{ref_area}"]', both)
        written.write_text(text, encoding="utf-8")
    if example:
        from childstats.reports.commune_example import write_example  # noqa: PLC0415  # only then

        shutil.rmtree(folder / "data" / "raw")
        texts = files("childstats") / EXAMPLES[example]
        write_example(folder, lambda name: (texts / name).read_text(encoding="utf-8"))
    return folder


def _carried(name: str) -> Path:
    """Return a folder inside the package, or in the repository that an editable install runs in."""
    package = Path(str(files("childstats")))
    inside = package / "carried" / name
    return inside if inside.is_dir() else package.parents[1] / CARRIED[name]


def _about(text: str, ref_area: str, time_period: int) -> str:
    """Return an edition or a notebook with its area and year replaced.

    The area that the shipped notebooks compare with becomes the template's own where it is the
    new one, so that nothing is compared with itself.
    """
    text = re.sub(
        rf'(\breference_area = \\?"){re.escape(ref_area)}(\\?")',
        rf"\g<1>{TEMPLATE_AREA}\g<2>",
        text,
    )
    text = re.sub(rf'(\bref_area = \[?\\?"){TEMPLATE_AREA}(\\?")', rf"\g<1>{ref_area}\g<2>", text)
    return re.sub(rf"(\btime_period = \[?){TEMPLATE_YEAR}\b", rf"\g<1>{time_period}", text)
