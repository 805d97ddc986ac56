"""What the tests share: the project's own workspace, and small ones made on the spot."""

import csv
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import settings

from childstats.observations.workspace import Workspace, open_workspace
from childstats.sources.readers.transcription import HEADER, OPTIONAL

settings.register_profile("repeatable", derandomize=True, deadline=None)
settings.load_profile("repeatable")

ROOT = Path(__file__).parent.parent

SOURCE_TOML = """\
publisher = "Báo Thử nghiệm"
publisher_en = "Test Newspaper"
title = "A title"
address = "https://example.org/article"
date_published = "2026-01"
date_published_note = ""
date_accessed = "2026-11-24"
language = "en"
licence = "not stated; figures quoted as facts with attribution"
kind = "press"
precedence = 30
note = ""
"""


@pytest.fixture(scope="session")
def workspace() -> Workspace:
    """Return the project's own workspace."""
    return open_workspace(ROOT)


@pytest.fixture
def copied(tmp_path: Path) -> Path:
    """Return the root of a copy of the project's workspace, without its reports."""
    for name in ("data", "notebooks"):
        shutil.copytree(ROOT / name, tmp_path / name)
    shutil.copy(ROOT / "childstats.toml", tmp_path)
    shutil.rmtree(tmp_path / "data" / "processed")
    return tmp_path


SmallWorkspace = Callable[..., Workspace]


@pytest.fixture
def small(tmp_path: Path) -> SmallWorkspace:
    """Return a maker of workspaces with the project's catalogue and a few figures of one's own."""

    def make(
        *figures: dict[str, str], toml: str = SOURCE_TOML, source_id: str = "a-source"
    ) -> Workspace:
        if not (tmp_path / "childstats.toml").exists():
            shutil.copytree(ROOT / "data" / "catalogue", tmp_path / "data" / "catalogue")
            shutil.copytree(ROOT / "notebooks", tmp_path / "notebooks")
            shutil.copy(ROOT / "childstats.toml", tmp_path)
        folder = tmp_path / "data" / "raw" / source_id
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "source.toml").write_text(toml, encoding="utf-8")
        with (folder / "figures.csv").open("w", encoding="utf-8", newline="") as csv_file:
            writer = csv.DictWriter(csv_file, (*HEADER, *OPTIONAL), lineterminator="\n")
            writer.writeheader()
            usual = dict.fromkeys((*HEADER, *OPTIONAL), "") | {
                "locator": "paragraph 1",
                "ref_area": "VN-71",
            }
            writer.writerows(usual | figure for figure in figures)
        return open_workspace(tmp_path)

    return make


@pytest.fixture(autouse=True)
def _cells_as_long_as_a_new_process_reads() -> None:
    """Take back what frictionless changes for the whole process."""
    csv.field_size_limit(131_072)
