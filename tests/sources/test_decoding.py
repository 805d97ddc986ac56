"""Encodings: each is read as declared, or recognised and refused with what to write."""

import unicodedata
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from childstats.errors import SourceError
from childstats.sources import decoding
from childstats.sources.decoding import clean_text, decoded, read_text
from childstats.sources.legacy_encodings import TCVN3, VISCII, from_tcvn3
from childstats.sources.mapping import has_look_alike, matched, unknown_area, with_zeros

TEXT = "Tỉnh,Năm,Giá trị\nĐiện Biên,2025,34\nMường Nhé,2025,68\nHuyện Tủa Chùa,2024,1\n"
TCVN3_BYTES = (
    b"T\xd8nh,N\xa8m,Gi\xb8 tr\xde\n\xa7i\xd6n Bi\xaan,2025,34\nM\xad\xeang Nh\xd0,2025,68\n"
    b"Huy\xd6n T\xf1a Ch\xefa,2024,1\n"
)
"""``printf "$TEXT" | iconv -f UTF-8 -t TCVN`` of glibc 2.36, its bytes pasted."""
VISCII_BYTES = (
    b"T\xefnh,N\xe5m,Gi\xe1 tr\xb8\n\xd0i\xaen Bi\xean,2025,34\nM\xdf\xb6ng Nh\xe9,2025,68\n"
    b"Huy\xaen T\xfca Ch\xf9a,2024,1\n"
)
"""``printf "$TEXT" | iconv -f UTF-8 -t VISCII`` of glibc 2.36, its bytes pasted."""


def windows_1258(text: str) -> bytes:
    """Return text as Windows writes it: the letter with its hat, then the tone."""
    written = ""
    for letter in text:
        marks = unicodedata.normalize("NFD", letter)
        tones = "".join(mark for mark in marks if mark in "\u0300\u0301\u0309\u0303\u0323")
        written += unicodedata.normalize("NFC", "".join(m for m in marks if m not in tones)) + tones
    return written.encode("cp1258")


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "a.csv"


def read(path: Path, raw: bytes, encoding: str = "") -> decoding.Decoded:
    path.write_bytes(raw)
    return read_text(path, encoding=encoding, where="s/a.csv")


def test_fault_28_a_byte_order_mark_is_not_part_of_the_first_heading(path) -> None:
    assert read(path, b"\xef\xbb\xbf" + TEXT.encode()).text == TEXT
    assert decoded(path, encoding="utf-8", where="s/a.csv") == TEXT


@pytest.mark.parametrize("order", ["utf-16-le", "utf-16-be"])
def test_fault_29_utf_16_is_read_with_its_mark_and_recognised_without(path, order) -> None:
    raw = TEXT.encode(order)
    assert read(path, "\ufeff".encode(order) + raw) == decoding.Decoded(TEXT)
    note = f"s/a.csv is {order.upper()} without a byte order mark"
    assert read(path, raw) == decoding.Decoded(TEXT, (note,))
    assert read(path, raw, order).text == TEXT


def test_fault_30_windows_1258_is_composed_when_declared(path) -> None:
    raw = windows_1258(TEXT)
    assert raw.decode("cp1258") != TEXT
    assert read(path, raw, "windows-1258") == decoding.Decoded(TEXT)


def test_fault_30_windows_1258_is_recognised_with_the_line_to_add(path) -> None:
    with pytest.raises(SourceError, match=r'windows-1258.*write encoding = "windows-1258" in'):
        read(path, windows_1258(TEXT))


def test_fault_31_tcvn3_is_read_when_declared(path) -> None:
    assert read(path, TCVN3_BYTES, "tcvn3") == decoding.Decoded(TEXT)
    # the same letters after a program took them for Latin-1 and saved them as UTF-8
    assert read(path, TCVN3_BYTES.decode("latin-1").encode(), "tcvn3").text == TEXT


def test_fault_31_a_capital_of_an_abc_font_is_its_small_letter() -> None:
    assert from_tcvn3("§IÖN BI£N".encode("latin-1")) == "ĐIệN BIÊN"


@pytest.mark.parametrize("raw", [TCVN3_BYTES, TCVN3_BYTES.decode("latin-1").encode()])
def test_fault_31_tcvn3_is_recognised_with_the_line_to_add(path, raw) -> None:
    with pytest.raises(SourceError, match=r'tcvn3.*if so, write encoding = "tcvn3" in'):
        read(path, raw)


@pytest.mark.parametrize("saved", [bytes, lambda raw: raw.decode("latin-1").encode()])
@pytest.mark.parametrize(
    ("raw", "name"),
    [
        (VISCII_BYTES, "VISCII"),
        ("Tænh Ñieän Bieân, huyeän Möôøng Nheù, thò traán Tuûa Chuøa".encode("latin-1"), "VNI"),
    ],
)
def test_fault_31_viscii_and_vni_are_recognised_and_refused(path, raw, name, saved) -> None:
    with pytest.raises(SourceError, match=f"{name}.*convert it from {name} to Unicode"):
        read(path, saved(raw))


def test_fault_31_the_tables_have_every_small_letter_once() -> None:
    bases = "aăâeêioôơuưy"
    tones = ("", "\u0300", "\u0301", "\u0309", "\u0303", "\u0323")
    letters = {unicodedata.normalize("NFC", base + tone) for base in bases for tone in tones}
    small = {*letters, "đ"} - set("aeiouy")
    assert {letter for letter in TCVN3.values() if letter.islower()} == small
    assert len(TCVN3) == len(set(TCVN3.values())) == 67 + 7 + 1
    assert {letter for letter in VISCII.values() if letter.islower()} == small
    assert len(VISCII) == len(set(VISCII.values())) == 134


def test_western_names_are_no_old_encoding(path) -> None:
    names = "Côte d'Ivoire, Türkiye, São Tomé and Príncipe, Réunion, Curaçao, Åland"
    assert read(path, names.encode()) == decoding.Decoded(names)
    with pytest.raises(SourceError, match=r"not UTF-8 \(byte 1\); declare its encoding in"):
        read(path, names.encode("latin-1"))


@pytest.mark.parametrize(
    ("wrong", "right"),
    [
        ("Äiá»‡n BiÃªn", "Biên"),
        ("Điện Biên".encode().decode("latin-1"), "Điện"),
        ("MÆ°á»ng NhÃ©", "Nhé"),
    ],
)
def test_fault_32_text_decoded_twice_is_refused_with_what_it_was(path, wrong, right) -> None:
    with pytest.raises(SourceError, match=f"line 2 was decoded wrongly .*looks like '{right}'"):
        read(path, f"Tỉnh\n{wrong}\n".encode())


def test_fault_33_separate_marks_are_joined(path) -> None:
    found = read(path, unicodedata.normalize("NFD", TEXT).encode())
    assert found.text == TEXT
    assert found.notes == (
        "letters and their marks were separate in s/a.csv and were joined (NFC)",
    )


@given(st.text(alphabet="aăâđêôơưàảãáạếềĐ ,\n"))
def test_fault_33_both_forms_of_a_text_are_one_text(text: str) -> None:
    composed = clean_text(unicodedata.normalize("NFC", text), where="x").text
    assert clean_text(unicodedata.normalize("NFD", text), where="x").text == composed


def test_fault_34_only_look_alikes_of_d_match_without_an_entry() -> None:
    areas = {"Đắk Hoà": "1", "Mỹ Đức": "2"}
    assert [matched(name, areas) for name in ("Ðắk Hoà", "Mỹ ðức", "đắk  hoà")] == ["1", "2", "1"]
    assert (has_look_alike("Ðắk"), has_look_alike("Đắk")) == (True, False)
    for other in ("Đắk Hòa", "Đắc Hoà", "Mĩ Đức", "Mỹ-Đức"):
        assert matched(other, areas) is None
    assert "nearest are Đắk Hoà" in unknown_area("Đắk Hòa", areas)
    assert matched("Đắk Hòa", areas | {"Đắk Hòa": "1"}) == "1"


@pytest.mark.parametrize(
    ("odd", "plain"),
    [("\u00a0", " "), ("\u202f", " "), ("\u200b", ""), ("\u00ad", ""), ("\u202e", "")],
)
def test_fault_35_what_cannot_be_seen_is_taken_away_and_counted(path, odd, plain) -> None:
    found = read(path, f"Điện{odd}Biên,1{odd}204".encode())
    assert found.text == f"Điện{plain}Biên,1{plain}204"
    assert found.notes == ("2 invisible letters or odd spaces in s/a.csv were made plain",)


def test_fault_39_a_code_without_its_zeros_is_found_when_only_one_fits() -> None:
    areas = {"03127": "03127", "00270": "00270", "270": "270"}
    assert with_zeros("3127", areas) == "03127"
    assert with_zeros("270", {"00270": "a", "0270": "b"}) is None
    assert [with_zeros(word, areas) for word in ("03127", "31270", "x", "٣")] == [None] * 4


def test_fault_54_a_file_above_the_limit_is_not_opened(path, monkeypatch) -> None:
    with path.open("wb") as file:
        file.truncate(decoding.SIZE_LIMIT + decoding.MEGABYTE)  # sparse: one line of 201 MB
    monkeypatch.setattr(Path, "read_bytes", lambda _: pytest.fail("it was read"))
    with pytest.raises(SourceError, match="has 201 MB, and at most 200 MB are read; split it"):
        read_text(path, encoding="", where="s/a.csv")


def test_fault_55_nul_at_the_end_is_dropped_and_inside_refused(path) -> None:
    assert read(path, b"a,b\n1,2\n\0\0").text == "a,b\n1,2\n"
    assert read(path, "a,b\0".encode("utf-16-le")).text == "a,b"
    with pytest.raises(SourceError, match=r"NUL byte inside s/a.csv line 2; the file is damaged"):
        read(path, b"a,b\n1\0,2\n")


@pytest.mark.parametrize(
    ("raw", "encoding", "message"),
    [
        (b"\xff\xfe\x00\x00a\0\0\0", "", "is UTF-32; save it as UTF-8"),
        (b"\xef\xbb\xbfa", "tcvn3", "begins with the mark of UTF-8, but .* declares tcvn3"),
        (b"abc", "utf-16", "is not UTF-16 .*correct encoding in"),
        (TEXT.encode(), "windows-1258", "is UTF-8; take encoding = 'windows-1258' out"),
        (b"\xaf\xaf", "tcvn3", r"is not TCVN3 \(byte 0\)"),
        (b"\xd2\xd2\xff\xfd\x90\x9d", "windows-1258", r"is not windows-1258 \(byte"),
    ],
)
def test_a_wrong_declaration_is_named(path, raw, encoding, message) -> None:
    with pytest.raises(SourceError, match=message):
        read(path, raw, encoding)


@given(st.binary(max_size=300), st.sampled_from(["", *decoding.ENCODINGS]))
def test_any_bytes_are_text_or_refused(tmp_path_factory, raw: bytes, encoding: str) -> None:
    path = tmp_path_factory.getbasetemp() / "fuzz.csv"
    try:
        text = read(path, raw, encoding).text
    except SourceError:
        return
    assert unicodedata.is_normalized("NFC", text)
    assert "\0" not in text
