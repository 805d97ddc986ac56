"""Every code of another organisation in the catalogue is one that was seen in a list of its owner.

Names as read on 25 November 2026; docs/assumptions.md names files and commits.
"""

from collections.abc import Mapping

import pytest

UNICEF: Mapping[str, str] = {  # CL_UNICEF_INDICATOR
    "CME_MRY0": "Infant mortality rate",
    "CME_MRY0T4": "Under-five mortality rate",
    "IM_BCG": "Percentage of live births who received bacille Calmette-Guerin",
    "IM_DTP1": "Percentage of surviving infants who received the first dose of DTP-containing",
    "IM_DTP3": "Percentage of surviving infants who received the third dose of DTP-containing",
    "IM_HEPBB": "Percentage of live births who received hepatitis-B-containing vaccine within",
    "IM_IPV1": "Percentage of surviving infants who received the first dose of inactivated polio",
    "IM_MCV1": "Percentage of surviving infants who received the first dose of measles-containing",
    "NT_ANT_HAZ_NE2": "Height-for-age <-2 SD (stunting)",
    "NT_ANT_WAZ_NE2": "Weight-for-age <-2 SD (Underweight)",
    "NT_ANT_WHZ_NE2": "Weight-for-height <-2 SD (wasting)",
    "PT_CHLD_Y0T4_REG": "Percentage of children under age 5 whose births are registered",
}
WHO: Mapping[str, str] = {  # Global Health Observatory
    "MDG_0000000001": "Infant mortality rate (probability of dying between birth and age 1",
    "MDG_0000000007": "Under-five mortality rate (probability of dying by age 5",
    "WHS4_100": "Diphtheria tetanus toxoid and pertussis (DTP3) immunization coverage",
    "WHS4_543": "BCG immunization coverage among 1-year-olds (%)",
    "WHS8_110": "Measles-containing-vaccine first-dose (MCV1) immunization coverage",
}
SDG: Mapping[str, str] = {  # beside UNICEF's code
    "2.2.1": "Stunting prevalence (moderate + severe)",
    "2.2.2": "Wasting prevalence (moderate + severe)",
    "3.2.1": "Under-5 mortality rate",
    "3.b.1": "DTP3 immunisation coverage",
    "16.9.1": "Birth registration (children under 5)",
}
WORDS = {
    "infant_mortality": ("infant mortality",),
    "under_five_mortality": ("under-five mortality", "under-5 mortality"),
    "bcg": ("bcg", "calmette"),
    "dtp1": ("first dose of dtp",),
    "dtp3": ("third dose of dtp", "dtp3"),
    "hepb_birth_dose": ("hepatitis-b",),
    "ipv1": ("inactivated polio",),
    "mcv1": ("first dose of measles", "mcv1"),
    "stunting": ("stunting",),
    "underweight": ("underweight",),
    "wasting": ("wasting",),
    "birth_registration": ("birth registration", "births are registered"),
}
"""What a name of ours is called there, by how our id begins."""


@pytest.mark.parametrize(("column", "seen"), [("unicef", UNICEF), ("who", WHO), ("sdg", SDG)])
def test_a_code_was_seen_with_a_name_that_says_the_same(workspace, column, seen):
    used = {
        i: code for i in workspace.catalogue.indicators.values() if (code := getattr(i, column))
    }
    for indicator, code in used.items():
        (words,) = (w for start, w in WORDS.items() if indicator.indicator.startswith(start))
        assert any(word in seen[code].casefold() for word in words), (indicator.indicator, code)
    assert set(used.values()) == set(seen)


def test_a_target_names_who_is_quoted_for_it(workspace):
    targets = [i for i in workspace.catalogue.indicators.values() if i.target is not None]
    assert {(i.indicator, i.target, i.target_year) for i in targets} == {
        ("full_immunisation_under_1", 0.97, 2025),
        ("full_immunisation_under_5", 0.98, 2030),
        ("play_spots", 0.4, 2025),
    }  # https://luatvietnam.vn, summary of Decision 23/QĐ-TTg, second paragraph
    for indicator in targets:
        assert indicator.target_source.endswith(", theo bản tóm tắt của luatvietnam.vn")
