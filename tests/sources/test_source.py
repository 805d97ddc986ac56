"""Provenance: what ``source.toml`` must say, and how each fault is named."""

import hashlib
import re
import unicodedata

import pytest

from childstats.errors import SourceError
from childstats.sources.source import read_source

FIELDS = (
    *("publisher", "publisher_en", "title", "address", "date_published", "date_published_note"),
    *("date_accessed", "language", "licence", "kind", "precedence", "note"),
)
MAY_BE_EMPTY = {"date_published", "date_published_note", "note", "precedence"}


@pytest.fixture
def folder(small):
    figure = {"indicator": "at_risk", "time_period": "2025", "text": "68,000"}
    return small(figure).root / "data" / "raw" / "a-source"


def declare(folder, field, value):
    """Write another value, as TOML, for one field; None takes the field out."""
    toml = folder / "source.toml"
    line = "" if value is None else f"{field} = {value}\n"
    text, number = re.subn(rf"(?m)^{field} = .*\n", line, toml.read_text(encoding="utf-8"))
    assert number == 1
    toml.write_text(text, encoding="utf-8")


def test_a_source_is_what_its_file_says_with_the_checksum_of_its_figures(folder):
    source = read_source(folder)
    assert source.source_id == "a-source"
    assert source.publisher == "Báo Thử nghiệm"
    assert (source.date_published, source.date_accessed) == ("2026-01", "2026-11-24")
    assert (source.language, source.kind, source.precedence) == ("en", "press", 30)
    assert source.sha256 == hashlib.sha256((folder / "figures.csv").read_bytes()).hexdigest()
    assert not [field for field in FIELDS if not hasattr(source, field)]


def test_another_byte_in_the_figures_is_another_checksum(folder):
    before = read_source(folder).sha256
    with (folder / "figures.csv").open("ab") as csv_file:
        csv_file.write(b"\n")
    assert read_source(folder).sha256 != before


@pytest.mark.parametrize("name", ["source.toml", "figures.csv"])
def test_a_missing_file_is_named(folder, name):
    (folder / name).unlink()
    with pytest.raises(SourceError, match=f"missing file a-source/{name}; every source needs it"):
        read_source(folder)


@pytest.mark.parametrize("field", FIELDS)
def test_a_missing_field_is_named(folder, field):
    declare(folder, field, None)
    wanted = f"missing field '{field}' in a-source/source.toml; add {field} ="
    with pytest.raises(SourceError, match=wanted):
        read_source(folder)


def test_missing_fields_are_named_all_at_once(folder):
    for field in ("title", "kind"):
        declare(folder, field, None)
    wanted = "missing fields 'title', 'kind' in a-source/source.toml; add title = …, kind = …$"
    with pytest.raises(SourceError, match=wanted):
        read_source(folder)


@pytest.mark.parametrize("field", [name for name in FIELDS if name not in MAY_BE_EMPTY])
@pytest.mark.parametrize("value", ['""', '"  "'])
def test_an_empty_field_is_named(folder, field, value):
    declare(folder, field, value)
    with pytest.raises(SourceError, match=f"empty field '{field}' in a-source/source.toml; fill"):
        read_source(folder)


@pytest.mark.parametrize("field", [name for name in FIELDS if name != "precedence"])
@pytest.mark.parametrize(
    ("value", "shown"), [("7", "7"), ("2026-01-31", "datetime.date"), ('["en"]', r"\['en'\]")]
)
def test_a_text_that_is_not_in_quotes_is_refused(folder, field, value, shown):
    declare(folder, field, value)
    wanted = f"field '{field}' in a-source/source.toml is {shown}.*; write a text in quotes"
    with pytest.raises(SourceError, match=wanted):
        read_source(folder)


@pytest.mark.parametrize(
    ("value", "shown"), [('"30"', "'30'"), ("30.5", r"30\.5"), ("true", "True"), ("[]", r"\[\]")]
)
def test_a_precedence_that_is_no_whole_number_is_refused(folder, value, shown):
    declare(folder, "precedence", value)
    wanted = f"'precedence' in a-source/source.toml is {shown}; write a whole number"
    with pytest.raises(SourceError, match=wanted):
        read_source(folder)


@pytest.mark.parametrize(
    ("field", "code", "known"),
    [
        ("language", "fr", "vi, en"),
        ("language", "EN", "vi, en"),
        (
            "kind",
            "blog",
            "official_statistics, administrative, survey, international_estimate, press",
        ),
    ],
)
def test_an_unknown_code_is_refused_with_the_known_ones(folder, field, code, known):
    declare(folder, field, f'"{code}"')
    wanted = f"field '{field}' in a-source/source.toml is '{code}'; use one of {known}"
    with pytest.raises(SourceError, match=wanted):
        read_source(folder)


@pytest.mark.parametrize("field", ["date_published", "date_accessed"])
@pytest.mark.parametrize(
    "day", ["January 2026", "2026-1", "31/01/2026", "20260131", "２０２６", "2026-13", "2026-02-30"]
)
def test_what_is_no_date_is_refused(folder, field, day):
    declare(folder, field, f'"{day}"')
    wanted = f"field '{field}' in a-source/source.toml is '{day}'; write 2026-01-31 or 2026-01"
    with pytest.raises(SourceError, match=wanted):
        read_source(folder)


@pytest.mark.parametrize("day", ["2026", "2026-01", "2026-01-31", "2024-02-29"])
def test_a_date_may_be_a_year_a_month_or_a_day(folder, day):
    declare(folder, "date_published", f'"{day}"')
    assert read_source(folder).date_published == day


def test_an_unknown_date_of_publication_needs_its_reason(folder):
    declare(folder, "date_published", '""')
    with pytest.raises(SourceError, match=r"date_published is empty in a-source/source.toml; "):
        read_source(folder)
    declare(folder, "date_published_note", '"The page is undated."')
    assert read_source(folder).date_published == ""


def test_an_unknown_field_is_refused_with_the_nearest_name(folder):
    declare(folder, "publisher", '"A"\npublsher_en = "B"')
    wanted = (
        r"unknown field 'publsher_en' in a-source/source.toml \(did you mean 'publisher_en'\?\)"
    )
    with pytest.raises(SourceError, match=wanted):
        read_source(folder)


@pytest.mark.parametrize("content", [b"title = ", b"title = \xff", b'a = 1\na = "2"', b"\x00"])
def test_an_unreadable_file_is_named(folder, content):
    (folder / "source.toml").write_bytes(content)
    with pytest.raises(SourceError, match=r"unreadable a-source/source.toml: .*; correct"):
        read_source(folder)


@pytest.mark.parametrize("name", ["A-Source", "-a", "nguồn", "a source", "a_b", "a" * 42])
def test_a_folder_whose_name_is_no_id_is_refused(folder, name):
    renamed = folder.rename(folder.with_name(name))
    wanted = f"source folder '{name}' is not a source id; use lower-case letters, digits and hyph"
    with pytest.raises(SourceError, match=wanted):
        read_source(renamed)


def test_a_name_of_41_characters_is_an_id(folder):
    assert read_source(folder.rename(folder.with_name("a" * 41))).source_id == "a" * 41


def test_a_byte_order_mark_is_not_part_of_the_first_field(folder):
    toml = folder / "source.toml"
    toml.write_bytes(b"\xef\xbb\xbf" + toml.read_bytes())
    assert read_source(folder).publisher == "Báo Thử nghiệm"


def test_decomposed_letters_are_composed(folder):
    toml = folder / "source.toml"
    decomposed = unicodedata.normalize("NFD", toml.read_text(encoding="utf-8"))
    toml.write_text(decomposed, encoding="utf-8")
    assert read_source(folder).publisher == "Báo Thử nghiệm"
