"""A notebook is believed only when it shows its end and the parameters asked for."""

from pathlib import Path

import nbformat
import pytest

from childstats.errors import BuildError
from childstats.reports.edition import Job
from childstats.reports.runner import run

PARAMETERS = {"ref_area": "VN-71", "time_period": 2025, "language": "vi"}
SETTING = 'ref_area = ""\ntime_period = 0\nlanguage = ""'
BEGIN = """\
import childstats as cs
report = cs.begin_report(
    "data_quality", ref_area=ref_area, time_period=time_period, language=language
)
report"""
END = "report.end()"


@pytest.fixture
def job(copied: Path):
    """Return a maker of jobs from the code cells of a notebook."""

    def make(*cells: str) -> Job:
        notebook = nbformat.v4.new_notebook()
        notebook.cells = [nbformat.v4.new_code_cell(source) for source in (SETTING, *cells)]
        notebook.cells[0].metadata["tags"] = ["parameters"]
        path = copied / "notebooks" / "tried.ipynb"
        nbformat.write(notebook, path)
        return Job(path, PARAMETERS)

    return make


def test_a_notebook_that_ends_is_a_document(job) -> None:
    document = run(job(BEGIN, 'print("said")', END))
    assert document.ended
    assert document.front_matter["language"] == "vi"
    assert document.blocks == [{"type": "code", "text": "said", "cell": 3}]


@pytest.mark.parametrize(
    ("cells", "message"),
    [
        ((BEGIN, "1 / 0", END), "cell 3 of tried.ipynb raised ZeroDivisionError: division by zero"),
        ((BEGIN, "import sys; sys.exit(0)", END), "did not reach its last cell"),
        ((BEGIN,), "did not reach its last cell"),
        ((BEGIN, END, "cs.quality(report).sentences()"), "did not reach its last cell"),
        (("time_period = 2024", BEGIN, END), "shows .*2024.*, asked was .*2025"),
        ((BEGIN, "import os; os.kill(os.getpid(), 9)", END), "the kernel of tried.ipynb died"),
    ],
    ids=["raises", "exits", "stops short", "says more after its end", "changes its year", "dies"],
)
def test_a_notebook_that_does_not_is_refused(job, cells: tuple[str, ...], message: str) -> None:
    with pytest.raises(BuildError, match=message):
        run(job(*cells))


def test_settings_of_the_user_stay_out(job, tmp_path: Path, monkeypatch) -> None:
    startup = tmp_path / "home" / ".ipython" / "profile_default" / "startup"
    startup.mkdir(parents=True)
    (startup / "00.py").write_text("leaked = True", encoding="utf-8")
    (tmp_path / "matplotlibrc").write_text("lines.linewidth: 9", encoding="utf-8")
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    monkeypatch.setenv("MPLBACKEND", "nonsense")
    monkeypatch.setenv("MATPLOTLIBRC", str(tmp_path / "matplotlibrc"))
    width = 'import matplotlib; print(matplotlib.rcParams["lines.linewidth"])'
    document = run(job(BEGIN, 'print("leaked" in globals())', width, END))
    assert [block["text"] for block in document.blocks] == ["False", "1.5"]
