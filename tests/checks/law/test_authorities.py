import pytest

from workbench.checks.draft import DraftText
from workbench.checks.law.authorities import legal_citation

CITE = "legal-citation"


@pytest.fixture(autouse=True)
def no_firm_file(monkeypatch, tmp_path):
    monkeypatch.setenv("WORKBENCH_HOME", str(tmp_path / "home"))


def find(text):
    return list(legal_citation(DraftText(None, text)))


@pytest.mark.parametrize(
    ("text", "severity", "words"),
    [
        ("*Kazarian v. USCIS*, 596 F.3d 1115 (9th Cir. 2010) describes two parts.", None, ""),
        ("*Matter of Chawathe*, 25 I&N Dec. 369 (AAO 2010).", None, ""),
        ("*Matter of Price*, 20 I&N Dec. 953 (Assoc. Comm’r 1994).", None, ""),
        ("Under Kazarian v. USCIS there are two parts.", None, ""),
        ("Kazarian v. U.S. Citizenship & Immigration Servs., 596 F.3d 1115, 1122 (9th Cir. 2010).", None, ""),
        ("*Kazarian v. USCIS*, 580 F.3d 1030 (9th Cir. 2009).", "error", "withdrawn"),
        ("*Varghese v. China Southern Airlines*, 925 F.3d 1339 (11th Cir. 2019).", "error", "fabricated"),
        ("*Doe v. USCIS*, 999 F.3d 123 (9th Cir. 2021).", "warning", "unverified"),
        ("As Smith v. Jones shows, all is well.", "warning", "unverified"),
        ("*Visinscaia v. Beers*, 596 F.3d 1115 (9th Cir. 2010).", "error", "is Kazarian v. USCIS"),
        ("*Kazarian v. USCIS*, 596 F.3d 1115 (5th Cir. 2010).", "warning", "Court or year"),
        ("*Kazarian v. USCIS*, 596 F.3d 1115 (9th Cir. 2011).", "warning", "Court or year"),
        (
            "The petitioner prevailed in *Rijal v. USCIS*, 772 F. Supp. 2d 1339 (W.D. Wash. 2011).",
            "warning",
            "favorable",
        ),
    ],
)
def test_authorities_are_on_record(run, minimal, text, severity, words):
    findings = run(CITE, text, minimal, "intro")
    if severity is None:
        assert findings == []
    else:
        assert [finding.severity for finding in findings] == [severity]
        assert words in findings[0].message


@pytest.mark.parametrize(
    ("text", "severity", "words"),
    [
        ("See Kazarian, 580 F.3d at 1036.", "error", "withdrawn"),
        ("Under Kazarian (580 F.3d 1030), publication alone suffices.", "error", "withdrawn"),
        ("580 F.\u200b3d 1030", "error", "withdrawn"),
        ("See Miller v. United Airlines, Inc., 174 F.3d 366 (2d Cir. 1999).", "error", "fabricated"),
        ("Varghese v. China Southern holds so.", "error", "fabricated"),
        ("Kazarian v. USCIS, 596 F.3d 1115, 1100 (9th Cir. 2010).", "error", "Page 1100"),
        ("Kazarian v. USCIS, 596 F.3d 1115 (9th Cir. 2010). Id. at 5.", "error", "Page 5"),
        ("Kazarian v. USCIS, 596 F.3d 1115 (9th Cir. 2010). *Id.* at 1120.", None, ""),
        ("Kazarian v. USCIS, 569 F.3d 1115 (9th Cir. 2010).", "error", "not the place"),
        ("Kazarian v. Garland, 596 F.3d 1115 (9th Cir. 2010).", "warning", "not Kazarian v. Garland"),
        (
            "Kazarian v. USCIS, 596 F.3d 1115 (9th Cir. 2010), held that salaries are weekly.",
            "warning",
            "another point",
        ),
        ("Kazarian v. USCIS, 596 F.3d 1115 (9th Cir. 2010), held that there are two parts.", None, ""),
        ("Doe v. Roe, 12 F.4th 33 (S.D.N.Y. 2021).", "error", "cannot be right"),
        ("Doe v. Roe, 12 F.4th 33 (9th Cir. 2021). Doe, 12 F.4th at 40.", "warning", "unverified"),
        ("Matter of X-, Inc., ID# 12345 (AAO Jan. 1, 2020).", "warning", "unverified"),
        ("Doe v. Roe, 2021 BL 4455 (D.D.C. 2021).", "warning", "unverified"),
        ("Amin v. Mayorkas, No. 21-20299 (5th Cir. Jan. 24, 2022).", "warning", "unverified"),
        ("Smith, supra, at 5.", "warning", "no authority before it"),
        ("Id. at 4.", "warning", "no authority before it"),
        ("The prize [@medal, p. 1] is old. Id. at 3.", None, ""),
        ("See 8 CFR 999.1.", "warning", "unverified"),
        ("See 42 U.S.C. § 1983.", "info", "Not checked"),
        ("See Mass. Gen. Laws ch. 1, § 2.", "info", "Not checked"),
        ("Public Law 86-209 governs. It won [@medal, p. 1].", "info", "Not checked"),
        ("Congress founded the medal by Public Law 86-209 [@medal, p. 1].", None, ""),
    ],
)
def test_nothing_passes_in_silence(text, severity, words):
    findings = find(text)
    assert [finding.severity for finding in findings] == ([severity] if severity else [])
    assert all(words in finding.message for finding in findings)


def test_every_citation_is_counted():
    draft = DraftText(None, "Kazarian v. USCIS, 596 F.3d 1115 (9th Cir. 2010). Id. at 1120. See INA § 203(b)(1)(A).")
    assert not list(legal_citation(draft))
    assert draft.coverage.counts()[CITE].places == 3


def test_firms_own_authority_is_known(tmp_path):
    text = "Doe v. Roe, 12 F.4th 33 (9th Cir. 2021)."
    assert find(text)
    home = tmp_path / "home"
    home.mkdir()
    entry = "{name: Doe v. Roe, cite: 12 F.4th 33, court: 9th Cir., year: 2021, confirmed_by: A, as_of: '2026-01-02'}"
    (home / "authorities.yaml").write_text(f"- {entry}")
    assert not find(text)
    assert "Court or year" in find(text.replace("2021", "2022"))[0].message


def test_abbreviated_court_keeps_sentence_whole():
    text = "Rijal v. USCIS, 772 F. Supp. 2d 1339 (W.D. Wash. 2011), granted a petition with fewer awards."
    assert any("favorable" in finding.message for finding in legal_citation(DraftText(None, text)))


def test_won_decision_told_as_lost():
    text = "In Buletini v. INS, 860 F. Supp. 1222 (E.D. Mich. 1994), the court affirmed the denial."
    assert any("as if it were lost" in finding.message for finding in legal_citation(DraftText(None, text)))
