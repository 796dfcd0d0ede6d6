"""Quotations and holdings of decisions beside the decisions' own texts."""

import pytest

from workbench.case.firm_authorities import add_authority, add_authority_text, firm_file, list_authorities
from workbench.checks.check import check_section
from workbench.checks.draft import DraftText
from workbench.checks.law.authority_texts import authority_holding, authority_quote
from workbench.checks.law.confirmation import confirm_authority
from workbench.checks.registry import CHECKS
from workbench.errors import InputError

CITE = "Aldous v. Brand, 12 F.4th 33 (9th Cir. 2021)"
TEXT = """Aldous v. Brand

[*34] The agency must say which of the submitted records it weighed, and why it gave a record less weight than the
petitioner asked for. A ranking that a trade journal prints is a record like any other.

*35 We do not decide whether membership by invitation alone is selective. The judgment is vacated, and the matter is
sent back to the agency.
"""


@pytest.fixture(autouse=True)
def own_home(tmp_path, monkeypatch):
    monkeypatch.setenv("WORKBENCH_HOME", str(tmp_path / "home"))


@pytest.fixture
def record(tmp_path):
    """Puts the decision on record, with a text or without."""

    def put(text=TEXT, name="aldous.txt"):
        authority = confirm_authority(CITE, person="A. Lawyer", source="a reporter")
        if text is not None:
            (tmp_path / name).write_text(text, encoding="utf-8")
            authority = add_authority_text(firm_file(), authority, tmp_path / name)
        add_authority(firm_file(), authority)
        return authority

    return put


def quotes(content):
    draft = DraftText(None, content)
    found = list(authority_quote(draft))
    return [(each.severity, each.quote) for each in found], draft.coverage.counts()["authority-quote"]


VERBATIM = "“must say which of the submitted records it weighed, and why”"


@pytest.mark.parametrize(
    "content",
    [
        f"The agency {VERBATIM}. {CITE}.",
        f"The agency {VERBATIM}. *See also {CITE[:14]}*{CITE[14:]}.",
        f"In *Aldous v. Brand*, 12 F.4th 33, 34 (9th Cir. 2021), the court held that the agency {VERBATIM}.",
        f"The rule is settled. {CITE}. The agency {VERBATIM}. *Id.* at 34.",
        f"{CITE} leads. Others follow. “A ranking that a trade journal prints is a record”. *Aldous*, 12 F.4th at 34.",
        f"The court was clear in {CITE}:\n\n> The agency must say which of the submitted records it weighed.\n",
        f"The agency “must say which of the … records it weighed.” {CITE}.",
        f"“The judgment is vacated, and the matter is sent back to the agency.” {CITE}.",
    ],
)
def test_verbatim_quotation_of_decision_passes(record, content):
    record()
    found, counted = quotes(content)
    assert found == []
    assert counted.places == 1
    assert counted.unchecked == 0


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (f"The agency “must say which of the submitted records it ignored, and why.” {CITE}.", "ignored"),
        (f"“We decide whether membership by invitation alone is selective.” {CITE}.", "We decide"),
        (f"{CITE}, held that “a petitioner shall prove each fact by three separate public records.”", "three separate"),
        (f"It said so.\n\n> An award of any kind is always enough for the first step.\n\n{CITE}.", "always enough"),
    ],
)
def test_changed_quotation_of_decision_is_error(record, content, words):
    record()
    [(severity, quote)], _ = quotes(content)
    assert severity == "error"
    assert words in quote


@pytest.mark.parametrize(
    "cite", [CITE, "Coe v. Poe, 99 F.4th 12 (2d Cir. 2023)", "Matter of Unknown, 25 I&N Dec. 1 (AAO 2010)"]
)
def test_quotation_without_text_is_not_checked(record, cite):
    record(text=None)
    found, counted = quotes(f"The court said that “the agency may never weigh the evidence at all.” {cite}.")
    assert [severity for severity, _ in found] == ["info"]
    assert (counted.places, counted.unchecked) == (0, 1)
    assert counted.why == {"the text of the decision is not at hand": 1}


@pytest.mark.parametrize(
    "content",
    [
        "She won “the highest award of the national society” in 2019 (Exhibit 4, p. 2). Nothing else is cited.",
        f"A “final merits” look is all. {CITE}.",
        f"She led it. {CITE}. A colleague writes that “she has changed how every laboratory works” in his letter.",
    ],
)
def test_other_quotations_are_left_alone(record, content):
    record()
    found, counted = quotes(content)
    assert found == []
    assert counted.unchecked == 0


def test_missing_text_is_named(record):
    authority = record()
    (firm_file().parent / authority.text).unlink()
    [(severity, _)], counted = quotes(f"The agency {VERBATIM}. {CITE}.")
    assert severity == "info"
    assert "there is no such file" in next(iter(counted.why))


def test_changed_text_is_read_again(record):
    authority = record()
    draft = DraftText(None, f"The agency {VERBATIM}. {CITE}.")
    chosen = [check for check in CHECKS if check.id == "authority-quote"]
    assert check_section(draft, chosen).findings == ()
    (firm_file().parent / authority.text).write_text(
        "The appeal is dismissed for want of jurisdiction.", encoding="utf-8"
    )
    assert [found.severity for found in check_section(draft, chosen).findings] == ["error"]


@pytest.mark.parametrize(
    "cite",
    [
        "Aldous Mgmt., Inc. v. Bank of Am. Sec., LLC, 12 F.4th 33 (9th Cir. 2021)",
        "City of Aldous v. Brand, 12 So. 2d 33 (Miss. 1943)",
        "In re Aldous, 12 F.4th 33 (9th Cir. 2021)",
    ],
)
@pytest.mark.parametrize("signal", ["", "See ", "See, e.g., "])
def test_statement_is_found_before_any_cite(tmp_path, cite, signal):
    authority = confirm_authority(cite, person="A. Lawyer", source="a reporter")
    (tmp_path / "decision.txt").write_text(TEXT, encoding="utf-8")
    add_authority(firm_file(), add_authority_text(firm_file(), authority, tmp_path / "decision.txt"))
    content = f"Diplomats owe no customs duties on imported cars and furniture. {signal}{cite}. It is settled."
    [found] = authority_holding(DraftText(None, content))
    assert found.quote.startswith("Diplomats owe")


@pytest.mark.parametrize(
    ("content", "warned"),
    [
        (f"The court held that the agency must say which submitted records it weighed. {CITE}.", 0),
        (f"An agency has to say why it gave a record less weight. See {CITE}.", 0),
        (f"In {CITE}, the court held that a spouse may file tax returns within ninety days of a divorce.", 1),
        (f"Diplomats owe no customs duties on imported cars and furniture. {CITE}.", 1),
        (f"Diplomats owe no customs duties on imported cars [@medal, p. 1]. She won it. {CITE}.", 0),
    ],
)
def test_holding_is_compared_with_decision(record, content, warned):
    record()
    assert [found.severity for found in authority_holding(DraftText(None, content))] == ["warning"] * warned


def test_text_keeps_what_package_knows(tmp_path):
    file = tmp_path / "kazarian.txt"
    file.write_text("The agency may not add requirements.", encoding="utf-8")
    confirmed = confirm_authority("Kazarian v. USCIS, 596 F.3d 1115 (9th Cir. 2010)", person="A", source="B")
    add_authority(firm_file(), add_authority_text(firm_file(), confirmed, file))
    [found] = [one for one in list_authorities() if one.cite == "596 F.3d 1115"]
    assert (found.text, found.confirmed_by) == ("decisions/596-f-3d-1115.txt", "A")
    assert (found.outcome, found.about[0]) == ("lost", "two")
    assert (firm_file().parent / found.text).stat().st_mode & 0o077 == 0


@pytest.mark.parametrize(("name", "text"), [("empty.txt", ""), ("odd.xyz", "words"), ("broken.pdf", "no PDF")])
def test_unreadable_text_is_refused(record, name, text):
    with pytest.raises(InputError):
        record(text, name)
    assert not firm_file().exists()


def test_text_outside_folder_is_not_read(record):
    record()
    path = firm_file()
    path.write_text(
        path.read_text(encoding="utf-8").replace("decisions/12-f-4th-33.txt", "../aldous.txt"), encoding="utf-8"
    )
    [(severity, _)], counted = quotes(f"The agency {VERBATIM}. {CITE}.")
    assert severity == "info"
    assert "outside the case folder" in next(iter(counted.why))
