"""Shares of a whole that its print leaves open, or that is 0: within 0 to 100 %, never infinite."""

import ast
import re

import nbformat
import pytest

from childstats.analyses.brief import profile_sentences
from childstats.analyses.report import Report
from childstats.analyses.wording import brief_value, share_of_whole
from childstats.language import Language
from childstats.observations.table import observations_of
from childstats.text.number import Kind, NumberError


def persons(indicator, text, year="2025"):
    return {"indicator": indicator, "time_period": year, "text": text, "unit": "persons"}


def report_on(workspace, language="en", name="annual_profile"):
    return Report(name, workspace=workspace, ref_area="VN-71", time_period=2025, language=language)


@pytest.mark.parametrize(
    ("part", "whole", "low", "high", "en", "vi"),
    [
        ("288,222", "over 200,000", 288_222 / 300_000, 1, "at least 96.1%", "ít nhất 96,1"),
        ("288,222", "200,000 or more", 288_222 / 300_000, 1, "at least 96.1%", "ít nhất 96,1"),
        ("288,222", "less than 300,000", 288_222 / 300_000, 1, "at least 96.1%", "ít nhất 96,1"),
        ("288,222", "about 300,000", 288_222 / 350_000, 1, "at least 82.3%", "ít nhất 82,3"),
        ("over 200,000", "over 200,000", 2 / 3, 1, "at least 66.7%", "ít nhất 66,7"),
        ("100", "up to 400", 100 / 400, 100 / 300, "25.0% to 33.3%", "25,0% đến 33,3"),
        ("100", "200-400", 100 / 400, 100 / 200, "25.0% to 50.0%", "25,0% đến 50,0"),
        ("0", "less than 300", 0, 0, "0.0%", "0,0"),
        ("<5", "10", 0, 0.5, "0.0% to 50.0%", "0,0% đến 50,0"),
        ("45", "45", 1, 1, "100.0%", "100,0"),
    ],
)
def test_a_share_ends_at_all_and_an_unknown_end_is_said_in_words(
    small, part, whole, low, high, en, vi
):
    workspace = small(persons("at_risk", part), persons("children_under_16", whole))
    report = report_on(workspace)
    o = report.observation("at_risk")
    assert share_of_whole(report, o) == pytest.approx((low, high), rel=1e-12)
    assert brief_value(report, o) == en
    assert brief_value(report_on(workspace, "vi"), o) == f"{vi}%"


@pytest.mark.parametrize(
    ("part", "whole"), [("0", "0"), ("5", "0"), ("<5", "<5"), ("300", "less than 100")]
)
def test_what_leaves_everything_open_or_divides_by_0_is_no_share(small, part, whole):
    report = report_on(small(persons("at_risk", part), persons("children_under_16", whole)))
    (o,) = (o for o in observations_of(report.workspace.observations) if o.indicator == "at_risk")
    assert share_of_whole(report, o) is None


def test_what_is_no_number_is_not_written_and_an_infinite_limit_has_its_sign():
    with pytest.raises(ValueError, match="cannot be printed; say in words"):
        Language("en").decimal(float("nan"), digits=1)
    assert Language("en").decimal(float("inf"), digits=1) == "∞"


def test_a_ratio_without_an_upper_limit_is_said_in_words(workspace):
    for language, high, said in (("en", float("inf"), "at least 1.5"), ("vi", 2.5, "1,5 đến 2,5")):
        report = report_on(workspace, language)
        assert report.limits(Kind.RATIO, 1.5, high, "risk_ratio", digits=1) == said
    with pytest.raises(NumberError, match="not in order"):
        report.limits(Kind.RATIO, 2.5, 1.5, "risk_ratio")


@pytest.mark.parametrize(
    ("whole", "said"),
    [
        ("less than 300,000", ", at least 48.00 times the share in Sơn La (1.0%)"),
        ("299,000-300,000", ", 48.00 to 48.16 times the share in Sơn La (1.0%)"),
    ],
)
def test_how_many_times_a_share_is_has_no_limit_where_the_share_has_none(small, whole, said):
    there = [
        persons("special_circumstances", "3,000") | {"ref_area": "VN-05"},
        persons("children_under_16", "300,000") | {"ref_area": "VN-05"},
    ]
    here = [persons("special_circumstances", "144,000"), persons("children_under_16", whole)]
    sentences = profile_sentences(report_on(small(*here, *there)), comparator_areas=["VN-05"])
    assert any(said in sentence for sentence in sentences.sentences)


HOSTILE = {
    "zeros": ("0", "0", "0", "0", "0", "0", "0%"),
    "open": ("less than 700,000", "less than 300,000", "288,222", "<5", "<5", "3", "<5%"),
    "over": ("over 200,000", "over 200,000", "288,222", "over 400", "300", "38", "nearly 100%"),
    "ranges": ("650,000-660,000", "210,000-220,000", "10-15", "10-15", "12", "38-40", "30-35%"),
}


@pytest.mark.parametrize("notebook", ["annual_profile", "data_quality"])
@pytest.mark.parametrize("texts", HOSTILE.values(), ids=list(HOSTILE))
def test_no_notebook_stops_at_zeros_or_open_wholes(small, monkeypatch, texts, notebook):
    people, children, special, screened, operated, cases, share = texts
    years = [str(year) for year in range(2021, 2026)]
    root = small(
        *(persons("population", people, year) for year in years),
        *(persons("children_under_16", children, year) for year in years),
        *(persons("special_circumstances", special, year) for year in years[-2:]),
        persons("at_risk", special),
        persons("defect_screened", screened),
        persons("defect_operated", operated),
        persons("abuse_cases", cases) | {"unit": "number"},
        persons("children_under_16_share", share) | {"unit": ""},
    ).root
    monkeypatch.chdir(root)
    shell: dict[str, object] = {}
    written = []
    for cell in nbformat.read(root / "notebooks" / f"{notebook}.ipynb", as_version=4).cells:
        if cell.cell_type == "code":
            *statements, last = ast.parse(cell.source).body
            exec(compile(ast.Module(statements, []), notebook, "exec"), shell)
            if isinstance(last, ast.Expr):
                shown = eval(compile(ast.Expression(last.value), notebook, "eval"), shell)
                written.append(str(getattr(shown, "_repr_mimebundle_", dict)()))
            else:
                exec(compile(ast.Module([last], []), notebook, "exec"), shell)
    assert len(written) > 8
    assert not re.search(r"Infinity|\binf\b|\bnan\b", "".join(written))
