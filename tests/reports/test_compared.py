"""What changed is told in numbers and words first, then as files, in valid Markdown."""

import csv

import pytest
from markdown_read import parsed, tables, texts
from written_editions import write_edition

from childstats.observations.table import KEY
from childstats.reports.compared import MOST_OF_A_REPORT, compare
from childstats.reports.passages import changed_passages

FAR = "# Report\n\n## Schools\n\n- Of {} schools, 382 met the standard in 2025.\n"
TABLE = "\n| Year | Share | Range |\n| --- | ---: | ---: |\n| 2024 | 41% | 40% to 42% |\n"
ROW = "| 2025 | {} | 45% to 47% |\n"
PAGE = FAR + TABLE + ROW


def rests_on(*indicators):
    columns = [*KEY, "obs_value"]
    lines = [",".join(columns)]
    for name in indicators:
        cells = dict.fromkeys(columns, "_T") | {"indicator": name, "ref_area": "VN-05"}
        lines.append(",".join((cells | {"time_period": "2025"}).values()))
    return "\n".join(lines) + "\n"


@pytest.fixture
def two(tmp_path):
    """Return two editions whose pages and observations differ."""
    editions = []
    for name, value, schools, share in (("then", "5", "463", "46%"), ("now", "6", "464", "47%")):
        page = PAGE.format(schools, share)
        folder = write_edition(
            tmp_path / name,
            ("at_risk", value, "a"),
            **{"a.en_md": page, "data/a.en_observations_csv": rests_on("at_risk")},
        )
        editions.append(folder)
    return tmp_path, *editions


def test_numbers_and_words_come_first_with_their_report_then_the_files(two):
    root, then, now = two
    said, differs = compare(then, now, root=root, title="What changed since *one*")
    assert differs
    blocks = [block for block in parsed(said) if block["type"] != "blank_line"]
    assert [block["type"] for block in blocks] == [
        *("heading", "paragraph", "heading", "table", "heading", "table", "paragraph", "list"),
    ]
    assert texts(blocks[0]) == "What changed since *one*"
    assert texts(blocks[1]) == (
        "Numbers: 1 corrected. Words and printed numbers: a.en (2). Files: 2."
    )
    numbers, words = tables(said)
    assert numbers[1] == ["corrected", "VN-05", "2025", "at_risk", "", "5", "6", "a.en"]
    assert words[1:] == [
        ["a.en", "Schools", "Of 463 schools, 382 met …", "Of 464 schools, 382 met …"],
        ["a.en", "Schools: 2025", "46% | 45% to …", "47% | 45% to …"],
    ]
    assert [texts(item) for item in blocks[-1]["children"]] == ["a.en.md", "data/observations.csv"]


def test_an_interval_or_a_status_that_changed_is_named(tmp_path):
    then, now = (write_edition(tmp_path / n, ("at_risk", "5", "a")) for n in ("then", "now"))
    table = now / "data" / "observations.csv"
    with table.open(encoding="utf-8", newline="") as file:
        (row,) = csv.DictReader(file)
    row |= {"obs_low": "4.5", "obs_status": "P"}
    table.write_text(f"{','.join(row)}\n{','.join(row.values())}\n", encoding="utf-8")
    _sign(now)
    (numbers,) = tables(compare(then, now, root=tmp_path)[0])
    assert numbers[1][5:7] == ["obs_low ; obs_status A", "obs_low 4.5; obs_status P"]


def _sign(folder):
    import hashlib  # noqa: PLC0415

    paths = [p for p in folder.rglob("*") if p.is_file() and p.name != "SHA256SUMS"]
    sums = {p.relative_to(folder).as_posix(): p.read_bytes() for p in paths}
    listed = "".join(f"{hashlib.sha256(c).hexdigest()}  {n}\n" for n, c in sorted(sums.items()))
    (folder / "SHA256SUMS").write_text(listed, encoding="utf-8")


SIGNS = [
    *("a|b", "`code", "**bold**", "_x_ and ~~y~~", "<b>&copy;</b>", "[1](http://x)", "#1", "$x$"),
    *("back\\slash", "end\\", "![i](j)", "a\\|b", "1. first", "- item", "> quoted", "| | |"),
]


@pytest.mark.parametrize("text", SIGNS)
def test_no_text_of_a_report_is_read_as_markdown(tmp_path, text):
    source = f"x {text}".replace(",", "")
    then = write_edition(tmp_path / "then", ("at_risk", "5", "a"), **{"a_md": "# Head\n\nold\n"})
    page = f"# {text}\n\nold\n"
    now = write_edition(tmp_path / "now", (source, "5", "a"), **{"a_md": page})
    said, _ = compare(then, now, root=tmp_path, title=text)
    numbers, words = tables(said)
    assert {len(row) for row in numbers} == {8}
    assert [row[3] for row in numbers[1:]] == [source, "at_risk"]
    assert {len(row) for row in words} == {4}
    assert len(words) == 2
    shown = words[1][3].replace("\\", "").replace("*", "").strip("# ")
    assert shown == text.replace("\\", "").replace("*", "").strip("# ")
    assert texts(parsed(said)[0]) == text
    assert [b["type"] for b in parsed(said) if b["type"] in {"block_html", "block_code"}] == []


def test_many_passages_of_a_report_are_cut_and_counted(tmp_path):
    pages = ("".join(f"line {i} {w}\n\n" for i in range(40)) for w in ("old", "new"))
    then, now = (
        write_edition(tmp_path / name, ("at_risk", "5", "a"), a_md=page)
        for name, page in zip(("then", "now"), pages, strict=True)
    )
    said, _ = compare(then, now, root=tmp_path)
    assert len(tables(said)[0]) == 1 + MOST_OF_A_REPORT
    assert f"And {40 - MOST_OF_A_REPORT} more passages." in said
    assert "a (40)" in said


@pytest.mark.parametrize(
    ("before", "now", "told"),
    [
        ("a b c d e f g h", "a b c d e F g h", [("… c d e f g h", "… c d e F g h")]),
        ("a b", "a b", []),
        ("a", "a\n\nb", [("", "b")]),
        ("a\n\nb", "a", [("b", "")]),
        ("x x", "x x x", [("x x", "x x x")]),
        ("a\\_b \\[1\\]", "a\\_b \\[2\\]", [("a_b [1]", "a_b [2]")]),
        ("**a** b", "a b", []),
    ],
)
def test_passages(before, now, told):
    assert [(p.before, p.now) for p in changed_passages(before, now)] == told
