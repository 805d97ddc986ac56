"""The edition: which reports it asks for, and each way in which it can be wrong."""

from datetime import date

import nbformat
import pytest

from childstats.errors import CatalogueError, EditionError
from childstats.observations.workspace import open_workspace
from childstats.reports.edition import parameters_of, read_edition

FIRST = '[[report]] "annual_profile" of childstats.toml'
LANGUAGES = 'language = ["vi", "en"]'


def edit(root, old, new):
    """Replace the first occurrence of a text in the edition; None stands for all of it."""
    path = root / "childstats.toml"
    text = path.read_text(encoding="utf-8")
    assert old is None or old in text
    path.write_text(new if old is None else text.replace(old, new, 1), encoding="utf-8")


def read(root):
    return read_edition(open_workspace(root))


def test_the_edition_names_its_reports_in_the_order_of_the_file(workspace):
    edition = read_edition(workspace)
    assert (edition.edition_id, edition.date) == ("dien-bien-2025", date(2026, 12, 1))
    assert [job.file_name for job in edition.jobs] == [
        "vn-71-2025-annual-profile.vi.pdf",
        "vn-71-2025-annual-profile.en.pdf",
        "vn-71-2025-coverage-trends.vi.pdf",
        "vn-71-2025-coverage-trends.en.pdf",
        "vn-71-2025-risk-ratios.vi.pdf",
        "vn-71-2025-risk-ratios.en.pdf",
        "vn-71-2025-data-quality.vi.pdf",
        "vn-71-2025-data-quality.en.pdf",
        "vnm-2025-equity.vi.pdf",
        "vnm-2025-equity.en.pdf",
    ]


def test_a_job_is_a_notebook_with_every_parameter_that_was_asked_for(copied):
    edit(copied, 'ref_area = ["VN-71"]\ntime_period = [2025]', 'ref_area = ["VN-71", "VN-05"]\n')
    edit(copied, LANGUAGES, f"time_period = [2024, 2025]\n{LANGUAGES}")
    first, *others = [job for job in read(copied).jobs if job.notebook.stem == "annual_profile"]
    assert first.notebook == copied.resolve() / "notebooks" / "annual_profile.ipynb"
    assert first.parameters == {"ref_area": "VN-71", "time_period": 2024, "language": "vi"}
    assert len({job.file_name for job in [first, *others]}) == 2 * 2 * 2
    assert others[-1].file_name == "vn-05-2025-annual-profile.en.pdf"


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        # the file
        (None, "[edition", "unreadable childstats.toml: "),
        (None, "", "id of [edition] in childstats.toml is None"),
        (None, "edition = 3", "[edition]"),
        ("[edition]", "[editon]", "'editon' in childstats.toml (did you mean 'edition'?)"),
        ("date =", "day = 1\ndate =", "unknown parameter 'day' in [edition] of childstats.toml"),
        # its id and date
        (
            '"dien-bien-2025"',
            '"Điện Biên"',
            "[edition] in childstats.toml is 'Điện Biên'; write lo",
        ),
        ('"dien-bien-2025"', '"../2025"', "id of [edition] in childstats.toml is '../2025'; write"),
        ('"dien-bien-2025"', "2025", "id of [edition] in childstats.toml is 2025; write lower-ca"),
        ("2026-12-01", '"2026-12-01"', "date of [edition] in childstats.toml is '2026-12-01'; wr"),
        ("2026-12-01", "2026-12-01T00:00:00", "childstats.toml is datetime.datetime(2026, 12, 1,"),
        ("date = 2026-12-01", "", "date of [edition] in childstats.toml is None; write a day such"),
        # its reports
        (
            *(None, '[edition]\nid = "a"\ndate = 2026-11-24'),
            "no [[report]] in childstats.toml; add at least one",
        ),
        (None, 'report = ["a"]\n[edition]\nid = "a"\ndate = 2026-11-24', "[[report]]"),
        ('"annual_profile"', '"annual_profiel"', "annual_profiel.ipynb (did you mean 'annual_prof"),
        ('"annual_profile"', '"../annual"', "a [[report]] in childstats.toml has notebook = '../a"),
        ('"annual_profile"', '"https://a.b/c"', "has notebook = 'https://a.b/c'; name one"),
        ('"annual_profile"', '"s3://a/b"', "has notebook = 's3://a/b'; name one"),
        ('"annual_profile"', '"/etc/passwd"', "has notebook = '/etc/passwd'; name one"),
        ('notebook = "annual_profile"\n', "", "a [[report]] in childstats.toml has notebook = No"),
        ('"data_quality"', '"annual_profile"', "asks twice for vn-71-2025-annual-profile.vi.p"),
        (LANGUAGES, 'language = ["vi", "vi"]', "asks twice for vn-71-2025-annual-profile.vi.pdf;"),
        # parameters
        ("ref_area", "ref_aera", f"unknown parameter 'ref_aera' in {FIRST} (did you mean 'ref_ar"),
        ("ref_area", "zzz = 1\nref_area", f"'zzz' in {FIRST}; known are ref_area, time_period, l"),
        ('ref_area = ["VN-71"]', "", f"missing parameter 'ref_area' in {FIRST}; give a list of v"),
        ("time_period = [2025]", "", f"missing parameter 'time_period' in {FIRST}; give a list"),
        (LANGUAGES, "", f"missing parameter 'language' in {FIRST}; give a list of values"),
        ('["VN-71"]', "[]", f"ref_area in {FIRST} is []; give a list such as [2025]"),
        ('["VN-71"]', '"VN-71"', f"ref_area in {FIRST} is 'VN-71'; give a list such as [2025]"),
        ("[2025]", '["2025"]', f"time_period in {FIRST} is '2025'; write a int such as 2025"),
        ("[2025]", "[2025.0]", f"time_period in {FIRST} is 2025.0; write a int such as 2025"),
        ("[2025]", "[true]", f"time_period in {FIRST} is True; write a int such as 2025"),
        ('["VN-71"]', "[71]", f"ref_area in {FIRST} is 71; write a str such as 'VN-71'"),
        ('["vi", "en"]', '["vi", "fr"]', f"unknown language 'fr' in {FIRST}; use one of vi, en"),
    ],
)
def test_a_wrong_edition_is_refused_and_the_fault_named(copied, old, new, message):
    edit(copied, old, new)
    with pytest.raises(EditionError) as refusal:
        read(copied)
    assert message in str(refusal.value)


def test_an_area_that_the_catalogue_lacks_is_refused_with_the_nearest(copied):
    edit(copied, '["VN-71"]', '["VN-71", "VN-72"]')
    with pytest.raises(CatalogueError, match=r"unknown area 'VN-72' \(did you mean 'VN-71'\?\)"):
        read(copied)


def test_a_file_that_is_not_utf_8_is_refused(copied):
    (copied / "childstats.toml").write_bytes(b"# \xff\n")
    with pytest.raises(EditionError, match=r"unreadable childstats\.toml: 'utf-8' codec"):
        read(copied)


def test_a_folder_outside_any_workspace_is_refused(tmp_path):
    with pytest.raises(
        EditionError, match=r"no childstats\.toml in .* or above; go to a workspace"
    ):
        open_workspace(tmp_path)


def test_a_workspace_is_found_from_any_folder_in_it(copied):
    assert open_workspace(copied / "data" / "raw").root == copied.resolve()


GOOD = 'ref_area = "VN-71"  # an area\ntime_period = 2025\nlanguage = "vi"'


@pytest.fixture
def notebook(tmp_path):
    """Return a maker of a notebook with one parameters cell for each source."""
    path = tmp_path / "a_report.ipynb"

    def make(*sources, cell=nbformat.v4.new_code_cell):
        cells = [cell(source, metadata={"tags": ["parameters"]}) for source in sources]
        cells += [nbformat.v4.new_code_cell("1 / 0", metadata={"tags": ["other"]})]
        nbformat.write(nbformat.v4.new_notebook(cells=cells), path)
        return path

    return make


def test_the_parameters_of_a_notebook_are_its_assignments(notebook):
    made = notebook(GOOD + "\nshare = -0.5\nyears = [2024, 2025]\nshort = None")
    asked = {"ref_area": "VN-71", "time_period": 2025, "language": "vi"}
    assert parameters_of(made) == asked | {"share": -0.5, "years": [2024, 2025], "short": None}


@pytest.mark.parametrize("number", [0, 2])
def test_a_notebook_has_exactly_one_parameters_cell(notebook, number):
    wanted = f"a_report.ipynb has {number} cells tagged 'parameters'; it needs exactly one"
    with pytest.raises(EditionError, match=wanted):
        parameters_of(notebook(*[GOOD] * number))


@pytest.mark.parametrize(
    "line",
    [
        *["x = 1 + 1j * y", "x = open('a')", "import os", "x: int = 1", "x, y = 1, 2", "x += 1"],
        *["print(1)", "if True:\n    x = 1", "x = = 1", "os.x = 1", "x = f'{1}'", "x = {[]: 1}"],
    ],
)
def test_a_parameters_cell_that_computes_is_refused(notebook, line):
    wanted = r"the parameters cell of a_report\.ipynb may only assign plain values: ."
    with pytest.raises(EditionError, match=wanted):
        parameters_of(notebook(f"{GOOD}\n{line}"))


@pytest.mark.parametrize("name", ["ref_area", "time_period", "language"])
def test_a_parameters_cell_has_the_three_that_the_edition_gives(notebook, name):
    lines = [line for line in GOOD.splitlines() if not line.startswith(name)]
    with pytest.raises(EditionError, match=rf"cell of a_report\.ipynb lacks {name}"):
        parameters_of(notebook("\n".join(lines)))


@pytest.mark.parametrize("tag", ["raises-exception", "skip-execution"])
def test_a_tag_under_which_a_failure_passes_for_success_is_refused(notebook, tag):
    path = notebook(GOOD)
    made = nbformat.read(path, as_version=4)
    made.cells[1].metadata["tags"] = ["mine", tag]
    nbformat.write(made, path)
    with pytest.raises(EditionError, match=rf"^cell 2 of a_report\.ipynb is tagged '{tag}', "):
        parameters_of(path)


@pytest.mark.parametrize("content", ["", "{}", "[]", "not json"])
def test_an_unreadable_notebook_is_named(tmp_path, content):
    path = tmp_path / "a_report.ipynb"
    path.write_text(content, encoding="utf-8")
    with pytest.raises(EditionError, match=r"unreadable notebook a_report\.ipynb: "):
        parameters_of(path)


def test_every_notebook_of_the_project_has_the_three_parameters(workspace):
    for path in (workspace.root / "notebooks").glob("*.ipynb"):
        assert {"ref_area", "time_period", "language"} <= set(parameters_of(path))


def test_a_parameter_beyond_the_three_is_one_value_for_all_jobs(copied, notebook):
    made = notebook(f"{GOOD}\nbenchmark = 0.95")
    made.rename(copied / "notebooks" / "annual_profile.ipynb")
    edit(copied, LANGUAGES, f"{LANGUAGES}\nbenchmark = 0.9")
    assert [job.parameters["benchmark"] for job in read(copied).jobs[:2]] == [0.9, 0.9]
    edit(copied, "benchmark = 0.9", "benchmark = 1")
    with pytest.raises(EditionError, match=r"benchmark in .* is 1; write a float such as 0\.95"):
        read(copied)


@pytest.mark.parametrize("value", ["nan", "inf", "-inf"])
@pytest.mark.parametrize(
    ("default", "given"),
    [("0.95", "{}"), ("[0.5]", "[0.5, {}]"), ('{"a": 1.0}', "{{ a = {} }}")],
    ids=["alone", "in a list", "in a table"],
)
def test_a_parameter_that_is_no_number_is_refused(copied, notebook, value, default, given):
    made = notebook(f"{GOOD}\nbenchmark = {default}")
    made.rename(copied / "notebooks" / "annual_profile.ipynb")
    edit(copied, LANGUAGES, f"{LANGUAGES}\nbenchmark = {given.format(value)}")
    with pytest.raises(EditionError, match=r"benchmark in .* write a finite number"):
        read(copied)


def test_a_correction_concerns_the_reports_of_its_notebook(workspace):
    edition = read_edition(workspace)
    correction = next(c for c in edition.corrections if c.notebooks == ("risk_ratios",))
    assert correction.date == edition.date
    concerned = [job.file_name for job in edition.jobs if correction in job.corrections]
    assert concerned == ["vn-71-2025-risk-ratios.vi.pdf", "vn-71-2025-risk-ratios.en.pdf"]
    for text in (correction.en, correction.vi):
        assert "9,296.86" in text or "9.296,86" in text
        assert "\n" not in text


OWN = """
[[correction]]
date = 2026-11-30
notebook = ["annual_profile", "risk_ratios"]
ref_area = ["VN-71"]
en = "One was printed, two is right; a slip."
vi = "Đã in một, đúng là hai; do sơ suất."
"""


def test_a_correction_may_be_of_some_areas_and_the_latest_stands_first(copied):
    edit(copied, 'ref_area = ["VN-71"]', 'ref_area = ["VN-71", "VN-05"]')
    with (copied / "childstats.toml").open("a", encoding="utf-8") as file:
        file.write(OWN)
    edition = read(copied)
    assert [c.date.day for c in edition.corrections] == [1, 1, 30]
    of = {job.stem: [c.date.day for c in job.corrections] for job in edition.jobs}
    assert of["vn-71-2025-annual-profile.en"] == [30]
    assert of["vn-05-2025-annual-profile.en"] == []
    assert of["vn-71-2025-risk-ratios.en"] == [1, 30]
    assert of["vnm-2025-equity.vi"] == []


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("[[correction]]", "[correction]", r"correction in .* is {.*}; write \[\[corr"),
        ("date = 2026-11-30", "", "missing 'date' in .* 1 of childstats.toml; write the day on wh"),
        ("2026-11-30", '"2026-11-30"', "date in .* 1 of childstats.toml is '2026-11-30'; write"),
        ("2026-11-30", "2026-11-30T10:00:00", "date in .* is datetime.datetime.*; write the day"),
        ("2026-11-30", "2026-12-02", "is 2026-12-02, after the edition's, 2026-12-01; give the"),
        ('["annual_profile", "risk_ratios"]', '"risk_ratios"', "notebook in .* is 'risk_ratios'"),
        ('["annual_profile", "risk_ratios"]', "[]", r"notebook in .* is \[\]; list the notebooks"),
        ('["annual_profile", "risk_ratios"]', "[1]", r"notebook in .* is \[1\]; list the"),
        ('"risk_ratios"]', '"risk_ratio"]', "'risk_ratio' in .*did you mean 'risk_ratios'"),
        ('["VN-71"]\nen', '["VN-05"]\nen', "ref_area 'VN-05' in .* is in no .*report.* a r"),
        ('["VN-71"]\nen', '"VN-71"\nen', "ref_area in .* is 'VN-71'; list the areas"),
        ('en = "One was printed, two is right; a slip."\n', "", "missing 'en' in .*; say what was"),
        ("One was printed, two is right; a slip.", " ", "en in .* is ' '; say what was printed"),
        ('"One was printed, two is right; a slip."', "1", "en in .* is 1; say what was printed"),
        ("One was printed", "One " * 200, "en in .* has 8.. letters, and page one has room f"),
        ("vi = ", "vn = ", r"unknown 'vn' in .*; known are date, notebook, ref_area, en, vi"),
    ],
)
def test_a_correction_that_says_nothing_or_of_no_report_is_refused(copied, old, new, message):
    path = copied / "childstats.toml"
    text = path.read_text(encoding="utf-8").split("[[correction]]")[0]
    assert old in OWN
    path.write_text(text + OWN.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(EditionError, match=message) as caught:
        read(copied)
    assert "\n" not in str(caught.value)
    with pytest.raises(EditionError, match=message):
        open_workspace(copied).corrections  # noqa: B018  # as a notebook run by hand asks
