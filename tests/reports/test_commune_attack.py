"""The attack reads published files alone: with all protections it finds nothing, without one some.

The script knows nothing of the library; each test takes one protection away and counts what it
works out from ``data/processed/observations.csv``.
"""

import subprocess
import sys

import numpy as np
import pytest
from conftest import ROOT

from childstats.observations import linked, policy, protecting, public_reading
from childstats.observations.processed import processed_files
from childstats.observations.workspace import open_workspace
from childstats.statistics.disclosure.pattern import Pattern

# girls, boys; the merges of 2025 made each new unit of three or more old ones
OLD = {
    "03127": ["03127", "03130", "03133", "03136", "03142", "03145"],
}
GIRLS_AND_BOYS = {"03127": (3, 14), "03151": (21, 12), "03158": (9, 6), "03160": (15, 2)}
SHARES = {"03127": (58, 63), "03151": (4, 81), "03158": (120, 122), "03160": (70, 70)}


def rows(period, numbers, indicator="special_circumstances"):
    found = []
    for area, several in numbers.items():
        for sex, number in zip(("F", "M", ""), (*several, sum(several)), strict=True):
            row = {"indicator": indicator, "ref_area": area, "sex": sex, "text": str(number)}
            found.append(row | {"time_period": period, "unit": "persons"})
    return found


def of_2026():
    province = np.sum(list(GIRLS_AND_BOYS.values()), axis=0).tolist()
    found = rows("2026", {**GIRLS_AND_BOYS, "VN-71": province})
    for area, (numerator, denominator) in SHARES.items():
        row = {"indicator": "birth_registration_under_5", "ref_area": area, "time_period": "2026"}
        counted = {"numerator_text": str(numerator), "denominator_text": str(denominator)}
        found.append(row | counted)
    return found


def attacked(opened, *earlier):
    """Return how many hidden counts the attack finds in the files of a workspace."""
    folder = opened.root / "data" / "processed"
    folder.mkdir(exist_ok=True)
    for name, text in processed_files(opened).items():
        (folder / name).write_text(text, encoding="utf-8")
    command = [sys.executable, ROOT / "benchmarks" / "attack.py", "--workspace", opened.root]
    before = ["--earlier", *earlier] if earlier else []
    done = subprocess.run([*command, *before], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return int(done.stdout.splitlines()[-1].split()[0])


def edition(opened, text):
    path = opened.root / "childstats.toml"
    path.write_text(path.read_text(encoding="utf-8") + text, encoding="utf-8")
    return open_workspace(opened.root)


THRESHOLD = '[disclosure]\ncommune = "threshold"\n'


@pytest.mark.parametrize("rule", ["round", "threshold"])
def test_the_attack_finds_nothing_where_communes_are_protected(small, rule):
    opened = edition(small(*of_2026()), f'[disclosure]\ncommune = "{rule}"\n')
    assert attacked(opened) == 0


def test_without_hiding_it_finds_the_small_counts(small):
    exact = "".join(
        f'{i} = "exact"\n' for i in ("special_circumstances", "birth_registration_under_5")
    )
    opened = edition(small(*of_2026()), f"[disclosure.indicators]\n{exact}")
    # 3, 6 and 2 children; 4 registered, and 5, 2 not
    assert attacked(opened) >= 3


def test_without_complementary_cells_it_finds_some(small, monkeypatch):
    """Small counts are hidden and nothing else: girls and boys are total less the other."""

    def primary_only(shown, truth, *, small, must_hide, **_):
        hidden = small | must_hide
        high = np.where(hidden, np.inf, truth)
        return Pattern(hidden, np.where(hidden, 1.0, truth), high)

    monkeypatch.setattr(public_reading, "pattern_of", primary_only)
    opened = edition(small(*of_2026()), THRESHOLD)
    assert attacked(opened) >= 3


def test_without_rounding_of_totals_it_finds_some(small, monkeypatch):
    """Totals stay exact while their parts are hidden or rounded."""

    def primary_only(shown, truth, *, small, **_):
        return Pattern(small, np.where(small, 1.0, truth), np.where(small, 7.0, truth))

    monkeypatch.setattr(public_reading, "pattern_of", primary_only)
    monkeypatch.setattr(
        public_reading,
        "printed",
        lambda count: public_reading.Print(count.value, "A", count.value, count.value),
    )
    # 1 girl of 18, and 8 girls of 9
    opened = small(*rows("2026", {"03127": (1, 12), "03151": (8, 1), "VN-71": (9, 13)}))
    assert attacked(opened) > 0


def test_with_shares_of_the_true_counts_it_finds_some(small, monkeypatch):
    """A share to four decimals is that of the true counts, whatever is printed beside it."""
    true = {area: n / d for area, (n, d) in SHARES.items()}
    printed = protecting.printed_row

    def leaking(row, prints):
        shown = printed(row, prints)
        share = true.get(row.ref_area.partition("@")[0])
        if row.indicator != "birth_registration_under_5" or np.isnan(shown.obs_value):
            return shown
        return shown._replace(obs_value=round(share, 6))

    monkeypatch.setattr(protecting, "printed_row", leaking)
    assert attacked(small(*of_2026())) > 0


def test_with_an_earlier_edition_that_showed_totals_exactly_it_finds_some(small):
    """Each edition is safe by itself: one shows some counts exactly, the other other ones."""
    opened = edition(small(*of_2026()), THRESHOLD)
    assert attacked(opened) == 0
    published = opened.root / "data" / "processed" / "observations.csv"
    earlier = opened.root / "earlier.csv"
    lines = published.read_text(encoding="utf-8").splitlines()
    hidden = [
        i for i, line in enumerate(lines) if "special_circumstances" in line and ",Q," in line
    ]
    for i in hidden:
        area, sex = lines[i].split(",")[0].partition("@")[0], lines[i].split(",")[3]
        girls, boys = GIRLS_AND_BOYS[area]
        number = {"F": girls, "M": boys, "_T": girls + boys}[sex]
        if number > 7:
            cells = lines[i].split(",")
            cells[7:10] = [f"{number}.0"] * 3
            lines[i] = ",".join(cells).replace(",Q,", ",A,")
    earlier.write_text("\n".join(lines) + "\n", encoding="utf-8")
    assert attacked(opened, earlier) > 0


def test_without_the_link_from_old_to_new_units_it_finds_some(small, monkeypatch):
    """Old units and their sum, each safe by itself: 15 + 9 + 4 (hidden) + 10 + 20 + 30."""
    numbers = dict(zip(OLD["03127"], (15, 9, 4, 10, 20, 30), strict=True))
    figures = [
        {"indicator": "at_risk", "ref_area": area, "time_period": "2024", "text": str(number),
         "unit": "persons"}
        for area, number in numbers.items()
    ]  # fmt: skip
    opened = edition(small(*figures), THRESHOLD)
    assert attacked(opened) == 0
    alone = {key: frozenset({key}) for key in opened.catalogue.areas}
    monkeypatch.setattr(linked, "leaves_of", lambda catalogue: alone)
    assert attacked(open_workspace(opened.root)) == 1  # 88 - 15 - 9 - 10 - 20 - 30


def test_without_the_rule_for_sensitive_counts_it_finds_some(small, monkeypatch):
    figures = [
        {"indicator": "abuse_cases", "ref_area": "03127", "time_period": "2026", "text": "1",
         "unit": "number"},
        {"indicator": "abuse_cases", "ref_area": "03151", "time_period": "2026", "text": "9",
         "unit": "number"},
    ]  # fmt: skip
    opened = small(*figures)
    assert attacked(opened) == 0
    monkeypatch.setattr(policy.Policy, "rule", lambda self, name, catalogue: policy.Rule.EXACT)
    assert attacked(open_workspace(opened.root)) == 1
