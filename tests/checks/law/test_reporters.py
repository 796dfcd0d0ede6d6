import pytest

from workbench.checks.law.cited_authority import find_authorities
from workbench.checks.law.reporters import find_contradictions, read_court


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Doe v. Roe, 596 F.2d 1115 (9th Cir. 2010)", "volume 596 of F.2d"),
        ("Doe v. Roe, 12 F.4th 33 (9th Cir. 2019)", "volume 12 of F.4th"),
        ("Doe v. Roe, 999 F.4th 33 (9th Cir. 2025)", "no volume 999"),
        ("Doe v. Roe, 1001 F.3d 33 (9th Cir. 2020)", "no volume 1001"),
        ("Doe v. Roe, 500 F.3d 33 (9th Cir. 2031)", "in the future"),
        ("Doe v. Roe, 500 F.3d 33 (N.D. Cal. 2007)", "courts of appeals"),
        ("Doe v. Roe, 500 F. Supp. 2d 33 (9th Cir. 2007)", "district courts"),
        ("Doe v. Roe, 550 U.S. 33 (9th Cir. 2007)", "Supreme Court"),
        ("Doe v. Roe, 200 P.3d 33 (Tex. 2009)", "no court"),
        ("Doe v. Roe, 200 P.3d 33 (9th Cir. 2009)", "state courts"),
        ("Matter of Doe, 25 I&N Dec. 369 (AAO 1990)", "volume 25"),
        ("Doe v. Roe, 317 F. App'x 680 (9th Cir. 1999)", "volume 317"),
        ("Doe v. Roe, 2022 WL 1210718 (D.N.J. Apr. 25, 2025)", "cannot hold"),
        ("Doe v. Roe, 2025 WL 232355222 (D. Ariz. Aug. 14, 2025)", "no number"),
        ("Doe v. Roe, No. 1:25-cv-00012, 2024 WL 12345 (D. Mass. 2024)", "opened in 2025"),
        ("Doe v. Roe, 500 F.3d 33, 12 (9th Cir. 2007)", "page 12"),
        ("Doe v. Roe, 500 F.3d 33 (5th Cir. Cal. 2007)", "not in the circuit"),
    ],
)
def test_contradictions_are_found(text, words):
    [cited] = find_authorities(text)
    assert words in "; ".join(find_contradictions(cited, 2026))


@pytest.mark.parametrize(
    "text",
    [
        "Visinscaia v. Beers, 4 F. Supp. 3d 126 (D.D.C. 2013)",
        "Marbury v. Madison, 5 U.S. 137 (1803)",
        "Bank v. Iola, 154 U.S. 617 (1875)",
        "Doe v. Roe, 201 A.D.3d 640 (2d Dep't 2022)",
        "Doe v. Roe, 200 P.3d 33 (Cal. 2009)",
        "Doe v. Roe, 2001 WL 36105333 (C.D. Cal. 2001)",
        "State v. Doe, 2022 ND 85, 12",
        "Doe v. Roe, 12 Xyz. 34",
        "Doe v. Roe, 500 F.3d 33 n.5 (9th Cir. 2007)",
    ],
)
def test_possible_citations_pass(text):
    assert not [why for cited in find_authorities(text) for why in find_contradictions(cited, 2026)]


@pytest.mark.parametrize(
    ("court", "kind"),
    [
        ("D.C. Cir.", ("circuit", None)),
        ("D.D.C.", ("district", None)),
        ("D.C.", (None, None)),
        ("N.D.", ("state", "nd")),
        ("N.D. Cal.", ("district", None)),
        ("Bankr. S.D.N.Y.", ("bankruptcy", None)),
        ("Cal. Ct. App.", ("state", "ca")),
        ("Assoc. Comm'r", ("agency", None)),
        ("", (None, None)),
    ],
)
def test_courts_are_read(court, kind):
    assert read_court(court) == kind
