import importlib.util

import pytest
from eyecite import helpers

from workbench.checks.law.cited_authority import LONGEST_PART, cite_key, filing_year, find_authorities


@pytest.mark.parametrize(
    ("text", "kind", "cite", "year"),
    [
        ("Braga v. Poulos, 317 F. App’x 680 (9th Cir. 2009)", "reporter", "317 F. App'x 680", 2009),
        ("Matter of Price, 20 I&N Dec. 953, 955 (Assoc. Comm'r 1994)", "reporter", "20 I. & N. Dec. 953", 1994),
        ("In re Estate of Powers, 255 Ill. App. 3d 1006 (1994)", "reporter", "255 Ill. App. 3d 1006", 1994),
        ("Pine v AJA Delivery, Inc., 201 AD3d 640 [2d Dept 2022]", "reporter", "201 A.D.3d 640", 2022),
        ("Doe v. King, Inc. (2022) 81 Cal.App.5th 776", "reporter", "81 Cal. App. 5th 776", 2022),
        (
            "Doe v. Roe, 2020 U.S. Dist. LEXIS 12345, at *3 (S.D.N.Y. Jan. 2, 2020)",
            "reporter",
            "2020 U.S. Dist. LEXIS 12345",
            2020,
        ),
        ("Doe v. Roe, 2021 BL 4455 (D.D.C. 2021)", "reporter", "2021 BL 4455", 2021),
        ("*Mukherji v. Miller*, No. 4:24-cv-03170 (D. Neb. Jan. 28, 2026)", "docket", "4:24-cv-03170", 2026),
        ("In re 12345678 (AAO Mar. 2, 2021)", "agency", "", 2021),
        ("Matter of K-S-Y-, ID# 14269 (AAO Mar. 9, 2016)", "agency", "ID# 14269", 2016),
        ("As Smith v. Jones shows", "name", "", None),
        ("Kazarian, 596 F.3d at 1121", "short", "596 F.3d 1121", None),
        ("see Id. at 4", "id", "", None),
        ("Kazarian, supra, at 5", "supra", "", None),
        ("95 Harv. L. Rev. 123", "secondary", " 95 Harv. L. Rev. 123 ", None),
    ],
)
def test_authorities_are_found(text, kind, cite, year):
    [found] = find_authorities(text)
    assert (found.kind, found.cite, found.year) == (kind, cite, year)


@pytest.mark.parametrize(
    ("text", "name"),
    [
        (
            "So held. Gulf Mgmt., Inc. v. Bank of Am. Sec., LLC, 534 F.3d 469",
            "Gulf Mgmt., Inc. v. Bank of Am. Sec., LLC",
        ),
        ("No more. Midland Power & Light Co. v. Roe, 50 F.3d 319", "Midland Power & Light Co. v. Roe"),
        ("See City of Poe v. Roe, 763 So. 2d 162", "City of Poe v. Roe"),
        ("Relying on Noe. Doe v. Roe, 12 F.3d 33", "Doe v. Roe"),
        ("The Court in Doe v. Roe, 12 F.3d 33", "Doe v. Roe"),
        ("as explained in 3M Co. v. Roe, 12 F.3d 33", "3M Co. v. Roe"),
        ("See, e.g., In re Doe, 258 F.3d 415", "In re Doe"),
        ("In the Matter of Doe, 302 Ga. 862", "In the Matter of Doe"),
    ],
)
def test_name_is_read_in_full(text, name):
    [found] = find_authorities(f"{text} (5th Cir. 2008).")
    assert found.name == name
    assert text[found.start :].startswith(name)


@pytest.mark.parametrize(
    "text",
    [
        "It is a matter of fact, and in A Matter of Public record.",
        "The USA vs. Canada game was won in 2014.",
        "Phys. Rev. Lett. 86, 4187 (2001) and Nature 412 (2001) 150.",
        "US Patent No. 12,345,678, grant No. 12-34567 (NSF 2014), 2020 Toyota Camry 300 (2020).",
        "",
    ],
)
def test_other_numbers_are_no_authorities(text):
    assert find_authorities(text) == ()


def test_year_of_next_case_is_left():
    first, second = find_authorities("Chevron v. NRDC, 104 S. Ct. 2778; Doe v. Roe, 12 F.4th 33 (6th Cir. 2021).")
    assert (first.year, first.court, second.year) == (None, "", 2021)


def test_docket_joins_its_database_cite():
    [found] = find_authorities("Doe v. Roe, No. 1:25-cv-01102-EPG, 2025 WL 3030589 (E.D. Cal. Nov. 21, 2025)")
    assert (found.name, found.cite, found.docket) == ("Doe v. Roe", "2025 WL 3030589", "1:25-cv-01102-EPG")


def test_places_are_those_of_the_original():
    text = "> The o\ufb03ce\n> says: *Kazarian v. USCIS*, 596 F.3d\n> 1115 (9th Cir. 2010)."
    [found] = find_authorities(text)
    assert text[found.start : found.end].startswith("Kazarian v. USCIS*")
    assert text[found.start : found.end].endswith("2010)")


def test_long_paragraphs_are_read_in_parts():
    one = "Doe v. Roe, {} F.3d 12 (9th Cir. 2003). "
    text = "".join(one.format(number) for number in range(300, 600))
    assert len(text) > 2 * LONGEST_PART
    assert len(find_authorities(text)) == 300


def test_spellings_of_a_cite_are_one():
    assert cite_key("317 F. App’x 680") == cite_key("317 F. App'x 680") == cite_key("317 F. Appx. 680")
    assert (filing_year("1:25-cv-01102"), filing_year("98 Civ. 1039"), filing_year("ID# 1")) == (2025, 1998, None)


def test_courts_are_told_as_by_eyecite():
    find_authorities("Kazarian v. USCIS, 596 F.3d 1115 (9th Cir. 2010).")
    spec = importlib.util.find_spec("eyecite.helpers")
    own = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(own)
    assert helpers.get_court_by_paren is not own.get_court_by_paren
    names = [court["citation_string"] for court in own.courts[::90]] + ["2d Cir", "Cal", "Nowhere", " "]
    assert [*map(helpers.get_court_by_paren, names)] == [*map(own.get_court_by_paren, names)]


@pytest.mark.parametrize("date", ["15-Apr-2021", "02-June-2021", "22-Sept-2019"])
def test_date_is_no_docket(date):
    assert find_authorities(f"“Lagos State,” Wikipedia. Accessed: {date}.") == ()
