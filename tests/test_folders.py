"""Files below a folder: all of them, once, but Python's caches and what lies behind links."""

from pathlib import Path

from childstats.folders import files_below, input_files


def test_files_are_found_at_every_depth_but_neither_caches_nor_what_a_link_leads_to(
    tmp_path: Path,
) -> None:
    for name in ("b/c/d.csv", "a.csv", "b/__pycache__/x.pyc", "elsewhere/e.csv"):
        path = tmp_path / "in" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b"")
    (tmp_path / "in" / "elsewhere").rename(tmp_path / "elsewhere")
    (tmp_path / "in" / "linked").symlink_to(tmp_path / "elsewhere")
    (tmp_path / "in" / "f.csv").symlink_to(tmp_path / "elsewhere" / "e.csv")
    (tmp_path / "in" / "gone.csv").symlink_to(tmp_path / "nowhere")
    found = files_below(tmp_path / "in", tmp_path / "elsewhere")
    names = [path.relative_to(tmp_path).as_posix() for path in found]
    assert names == ["elsewhere/e.csv", "in/a.csv", "in/b/c/d.csv", "in/f.csv"]


def test_a_folder_that_is_not_there_holds_no_files(tmp_path: Path) -> None:
    assert files_below(tmp_path / "nowhere") == []
    assert input_files(tmp_path) == []
