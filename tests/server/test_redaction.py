"""Redaction of names, however written and cut.

A text may be cut into any pieces on its way.
"""

from __future__ import annotations

import html
import itertools
import re
import unicodedata

import orjson
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from workbench.case.loader import load_case
from workbench.checks.finding import Finding
from workbench.live.events import (
    ErrorRaised,
    Event,
    LogEntry,
    LogLine,
    ProgressUpdate,
    SectionDelta,
    SectionUpdate,
    StatusChange,
    WorkflowUpdate,
    parse_event,
)
from workbench.live.snapshot import ExhibitState, Fork, Letter, SectionState, Snapshot, apply, fold
from workbench.server.name_folding import NameText, fold_text
from workbench.server.name_matcher import MARK, Names, StreamingRedactor, finder
from workbench.server.redaction import RedactedStream, Redactor
from workbench.text.digest import text_digest
from workbench.workflow.initial_snapshot import build_letter

AT = "2026-01-02T03:04:05.000000Z"
NAMES = Names(
    people=frozenset({"Dr. Chien-Shiung Wu", "Prof. José Müller-O'Brien", "吴健雄"}),
    bodies=frozenset({"Imaginary Stages, Inc."}),
    ids=frozenset({"ada@firm.example", "case-7", "root"}),
    exhibits=(("wu-cv", "exhibit-3"),),
)


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("Dr. Chien-Shiung Wu's experiment", "Dr. REDACTED's experiment"),
        ("WU, CHIEN-SHIUNG", "REDACTED"),
        ("Chien Shiung, Chien\\-Shiung and C.-S. Wu", "REDACTED, REDACTED and REDACTED"),
        ("chienshiungwu, chien_shiung_wu", "REDACTED, REDACTED"),
        ("Chien-Shi-\nung\nWu", "REDACTED"),
        ("Shi\u00adung", "REDACTED"),
        ("**Wu** (1957), _Wu_", "**REDACTED** (1957), _REDACTED_"),
        ("write to wu@columbia.edu.", "write to REDACTED."),
        ("https://example.org/wu/1957", "https://example.org/REDACTED/1957"),
        ("Jose Mueller OBrien, JOSÉ, Jose\u0301; also MÜLLER", "REDACTED, REDACTED, REDACTED; also REDACTED"),
        ("Muller’s and O’Brien's", "REDACTED’s and REDACTED's"),
        ("教授吴健雄发现", "教授REDACTED发现"),
        ("imaginary  stages Inc was", "REDACTED was"),
        ("started by root; case-7 loaded", "started by REDACTED; REDACTED loaded"),
        ("said anybody.else+tag@host-1.example.org: no", "said REDACTED: no"),
        ("as found [@wu-cv, p. 2]", "as found [@exhibit-3, p. 2]"),
        # and what is none
        ("Wuhan, Josefine, wu, an imaginary stage", "Wuhan, Josefine, wu, an imaginary stage"),
        ("case-70 and rooted, @everybody, 3 @ 5", "case-70 and rooted, @everybody, 3 @ 5"),
    ],
)
def test_name_is_found_in_every_spelling(text, shown):
    assert finder(NAMES).hide(text) == shown


def test_names_of_a_run():
    case = load_case("wu")
    snapshot = Snapshot(
        thread_id="t-1",
        user_id="ada",
        case_id="wu",
        letter=build_letter(case),
        sections=(SectionState(section_id="awards", title="Awards", approved_by="bob", edited_by="carol"),),
        exhibits=(exhibit("wu-letter", 1), exhibit("nas-rules", 2), exhibit("medal-wu", 3)),
    )
    names = Names.of(snapshot)
    assert names.people == {"Dr. Chien-Shiung Wu", "Chien-Shiung Wu", "Avery Example"}
    assert "Example & Sample" in names.bodies
    assert names.ids == {"ada", "bob", "carol", "wu"}
    assert names.exhibits == (("wu-letter", "exhibit-1"), ("medal-wu", "exhibit-3"))


def exhibit(exhibit_id: str, number: int, title: str = "") -> ExhibitState:
    return ExhibitState(
        exhibit_id=exhibit_id, number=number, title=title, kind="letter", date="1957", pages=1, sha256="5" * 64
    )


@pytest.fixture
def snapshot() -> Snapshot:
    text = "Dr. Wu received it [@wu-cv, p. 1]."
    return Snapshot(
        thread_id="t-1",
        user_id="ada@firm.example",
        case_id="case-7",
        case_digest="d" * 64,
        letter=Letter(
            case_title="Chien-Shiung Wu, physicist",
            petitioner="Imaginary Stages, Inc.",
            beneficiary="Dr. Chien-Shiung Wu",
            field_of_endeavor="Wu's own field",
            counsel=("Avery Example", "12 Some Street"),
            sample="Not Wu.",
        ),
        sections=(
            SectionState(
                section_id="awards",
                title="Awards of Dr. Wu",
                status="approved",
                content=text,
                findings=(
                    Finding(check="names", severity="error", message="Wu?", quote="Dr. Wu", suggestion="say Wu"),
                ),
                approved_by="bob.smith",
                approved_sha256=text_digest(text),
                edited_by="carol",
                instruction="Name Wu.",
            ),
        ),
        exhibits=(exhibit("wu-cv", 1, "Vita of Wu"), exhibit("medal", 2)),
        logs=(
            LogLine(level="info", message="approved awards (somebody (of late))", agent="attorney", at=AT),
            LogLine(level="info", message="exhibit 1 added: Vita of Wu", agent="memory", at=AT),
        ),
        unresolved=("Wu is missing",),
        error="Wu's key was refused",
        forked_from=Fork(thread_id="wu-run", event_id="1-0"),
    )


def test_snapshot_has_no_name(snapshot):
    redacted = Redactor.of(snapshot).snapshot(snapshot)
    said = redacted.to_json().decode()
    for name in (
        "Wu",
        "wu-",
        "Chien",
        "Shiung",
        "ada",
        "bob",
        "carol",
        "Avery",
        "Street",
        "Imaginary",
        "case-7",
        "somebody",
    ):
        assert name not in said, name
    assert "d" * 64 not in said
    assert "5" * 64 not in said
    section = redacted.sections[0]
    assert section.content == f"Dr. {MARK} received it [@exhibit-1, p. 1]."
    assert section.approved_sha256 == text_digest(section.content)  # the hash of the other would let a name be guessed
    assert redacted.letter.beneficiary == f"Dr. {MARK}"
    assert redacted.exhibits[0].exhibit_id == "exhibit-1"
    assert Redactor.of(snapshot).exhibit_id("exhibit-1") == "wu-cv"
    assert Redactor.of(snapshot).exhibit_id("medal") == "medal"
    assert (redacted.thread_id, redacted.last_event_id) == (snapshot.thread_id, snapshot.last_event_id)


# ---- every form a reader recognises

CUTS = st.lists(st.integers(0, 200), max_size=12)


def pieces_of(text: str, cuts: list[int]) -> list[str]:
    places = sorted({0, len(text), *(cut % (len(text) + 1) for cut in cuts)})
    return [text[first:last] for first, last in itertools.pairwise(places)]


FULL_NAMES = [
    "Ada Hoffmann", "Andrew Law", "Frances Lord", "Weinan E", "Chien-Shiung Wu", "José Müller", "Søren Ødegård",
    "Anna Mueller", "Zoë Straßer", "Nguyễn Văn Ánh", "Lordina Field", "Wu Jianxiong", "Юрий Гагарин",
]  # fmt: skip
TEXTS_AROUND = st.text(st.sampled_from("Ee WwuU.,-\n@/*_(f\ufb00\u0301\u00ad健"), max_size=6)
HONORIFICS = ["Dr.", "Prof.", "Professor", "Mr.", "Ms", "dr", "DR."]
LOOKS = {
    "plain": lambda text: text,
    "no accents": lambda text: "".join(c for c in unicodedata.normalize("NFD", text) if not unicodedata.combining(c)),
    "decomposed": lambda text: unicodedata.normalize("NFD", text),
    "ligatures": lambda text: text.replace("ff", "\ufb00").replace("fi", "\ufb01").replace("st", "\ufb06"),
    "full width": lambda text: "".join(chr(ord(c) + 0xFEE0) if "!" <= c <= "~" else c for c in text),
    "upper case": str.upper,
    "soft hyphens": "\u00ad".join,
    "zero width": "\u200b".join,
    "Cyrillic letters": lambda text: text.translate(str.maketrans("aeopcxyHMTKBSi", "аеорсхуНМТКВЅі")),
    "Greek letters": lambda text: text.translate(str.maketrans("AoviuEHMNZk", "ΑονιυΕΗΜΝΖκ")),
    "small capitals": lambda text: text.translate(str.maketrans("aefmnouw", "ᴀᴇꜰᴍɴᴏᴜᴡ")),
    "bold": lambda text: "".join(chr(0x1D400 + ord(c) - 65) if "A" <= c <= "Z" else c for c in text),
    "strokes": lambda text: text.translate(str.maketrans("lodahH", "łøđⱥħĦ")),
    "odd spaces": lambda text: text.replace(" ", "\u00a0\u2009"),
}
"""Ways in which one writing can be set."""


def forms_of(name: str) -> dict[str, str]:
    """Writes a name in the forms that tell the person."""
    *given, surname = re.split(r"[ -]", name)
    initials, first = [part[0] for part in given], given[0]
    forms = {
        "whole": name,
        "last name first": f"{surname}, {' '.join(given)}",
        "initials": f"{'. '.join(initials)}. {surname}",
        "initials behind": f"{surname}, {'.-'.join(initials)}.",
        "run together": name.replace(" ", "").replace("-", ""),
        "letter-spaced": " ".join(name.replace(" ", " ")),
        "dotted": ".".join(name.replace(" ", "").replace("-", "")),
        "e-mail": f"{surname}@example.org",
        "handle": f"@{first}_{surname}".lower(),
        "address": f"https://example.org/~{''.join(given)}.{surname}/".lower(),
    }
    forms |= {f"after {title}": f"{title} {surname}" for title in HONORIFICS}
    if len(surname) > 1:
        forms |= {
            "possessive": f"{surname}’s",
            "surname": surname,
            "letter-spaced surname": " ".join(surname),
            "home page": f"https://example.org/~{surname}/".lower(),
            "address for people": f"{surname} (at) example.org".lower(),
            "handle with initial": f"@{initials[0]}{surname}".lower(),
            "user name": f"{initials[0]}.{surname}".lower(),
            "hyphenated": f"{surname[:1]}-\n{surname[1:]}",
            "camel": f"{surname.capitalize()}Lab",
        }
    else:
        forms["possessive"] = f"{surname}’s"
    return forms


READ_AS = str.maketrans("аеорсхунмткѕіονιυαεηζκᴀᴇꜰᴍɴᴏᴜᴡłøđⱥħß", "aeopcxyhmtksioviuaenzkaefmnouwlodahs")
"""Small letters of other alphabets, as a reader among Latin letters takes them."""


def tells(shown: str, name: str) -> bool:
    """Compares letters only, by another way than the redactor's."""
    plain, name = (
        "".join(
            c for c in unicodedata.normalize("NFKD", text) if unicodedata.category(c) not in {"Mn", "Cf"}
        ).casefold()
        for text in (shown, name)
    )
    for other in (MARK.casefold(), "https", "example.org", *(title.casefold() for title in HONORIFICS)):
        plain = plain.replace(other, "#")
    plain = plain.translate(READ_AS)
    *given, surname = re.split(r"[ -]", name)
    # A surname of one letter is told by what stands around it, which here is nothing else.
    if len(surname) == 1 and re.search(rf"\b{surname}\b", plain):
        return True
    squeezed = re.sub(r"[^\w#]|_", "", plain)
    return any(part in squeezed for part in (*given, surname) if len(part) > 1)


# In capitals throughout, nothing shows where a short name ends in a longer word.
WRITINGS = [
    pytest.param(form, look, id=f"{form}-{look}")
    for form in forms_of("Ada Hoffmann")
    for look in LOOKS
    if (form, look) != ("camel", "upper case")
]


@pytest.mark.parametrize(("form", "look"), WRITINGS)
def test_every_form_is_redacted(form, look):
    for name in FULL_NAMES:
        if form in forms_of(name):
            shown = redacted_by(name).text(f"12: {LOOKS[look](forms_of(name)[form])}, 34.")
            assert not tells(shown, name), (name, shown)


@settings(max_examples=300, deadline=None)
@given(st.sampled_from(FULL_NAMES), st.sampled_from(WRITINGS), TEXTS_AROUND, TEXTS_AROUND, CUTS)
def test_streamed_form_is_redacted(name, writing, before, after, cuts):
    form, look = writing.values
    text = f"{before} {LOOKS[look](forms_of(name).get(form, name))}, {after}"
    found = redacted_by(name).finder
    shown, held = found.hide(text), StreamingRedactor(found)
    for piece in pieces_of(text, cuts):
        held.add(piece)
        assert shown.startswith(held.shown)
    held.end()
    assert held.shown == shown


def letter_of(name: str, petitioner: str | None = None) -> Letter:
    return Letter(beneficiary=f"Dr. {name}", petitioner=name if petitioner is None else petitioner)


def redacted_by(name: str, petitioner: str | None = None) -> Redactor:
    letter = letter_of(name, petitioner)
    return Redactor.of(Snapshot(thread_id="t", user_id="u1", case_id="c1", letter=letter))


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("Andrew Law", "the law of the field; by law, bylaws, common-law, https://www.law.cornell.edu"),
        ("Weinan E", "Exhibit E, E. coli, grade E, (E), E = mc2, an e, Exhibit E's pages, i.e. e.g."),
        ("Alice Cross", "across the field, an Acrossia"),
        ("Lordina Field", "field of endeavor, in the field, fields"),
        ("Chien-Shiung Wu", "Wuhan, wu, chi, W boson"),
        ("Jean-Luc de la Fontaine", "the hôtel de la Paix, de, la"),
    ],
)
def test_other_words_stay(name, text):
    assert redacted_by(name).text(text) == text


def test_petitioner_is_told_by_the_fields():
    # A beneficiary is a person whatever the words; an employer's words are common ones.
    assert redacted_by("Andrew Law", "Acme Foundation").text("Law, a. law") == f"{MARK}, a. law"
    employer = redacted_by("Ada Hoffmann", "Imaginary Stages, Inc.")
    assert employer.text("Imaginary Stages built stages at imaginarystages.example") == (
        f"{MARK} built stages at {MARK}.example"
    )
    assert redacted_by("Ada Hoffmann", "Acme Robotics").text("Acme leads in robotics") == f"{MARK} leads in robotics"


@pytest.mark.parametrize(
    ("kind", "shown"),
    [
        ("organization", "REDACTED of Mercer, a Grant"),
        ("person", "REDACTED of REDACTED, a REDACTED"),
        ("", "REDACTED of REDACTED, a REDACTED"),
    ],
)
def test_kind_of_petitioner_is_a_field(kind, shown):
    letter = letter_of("Ada Hoffmann", "Grant Mercer").model_copy(update={"petitioner_kind": kind})
    redactor = Redactor.of(Snapshot(thread_id="t", user_id="u1", case_id="c1", letter=letter))
    assert redactor.text("Grant Mercer of Mercer, a Grant") == shown


@pytest.mark.parametrize(
    ("name", "written"),
    [
        ("Ada Hoffmann", "Hoff- mann"),
        ("Ada Hoffmann", "Hoff mann"),
        ("Ada Hoffmann", "HOFF\u2011MANN"),
        ("Ada Hoffmann", "Hoff&shy;mann"),
        ("Ada Hoffmann", "&#72;off&#x6d;ann"),
        ("José Müller", "M u e l l e r"),
        ("Chien-Shiung Wu", "dr. wu"),
        ("Chien-Shiung Wu", "吴WU"),
        ("Nguyễn Văn Ánh", "anhnguyen"),
        ("Юрий Гагарин", "ГАГАРИН"),
    ],
)
def test_torn_and_coded_names_are_redacted(name, written):
    assert not tells(html.unescape(redacted_by(name).text(f"by {written}, 34")), name)


def test_other_script_of_the_file():
    redactor = redacted_by("Chien-Shiung Wu (吴健雄)")
    assert redactor.text("吴健雄, 吴 健 雄, C.-S. Wu") == f"{MARK}, {MARK}, {MARK}"


@pytest.mark.parametrize(
    ("name", "exhibit_id"),
    [
        ("José Müller", "letter-muller"),
        ("José Müller", "letter-mueller"),
        ("José Müller", "muellerletter"),
        ("Anna Mueller", "cv_muller"),
        ("Andrew Law", "law-cv"),
        ("Chien-Shiung Wu", "cswu-cv"),
        ("Weinan E", "weinan-cv"),
    ],
)
def test_exhibit_id_has_no_name(name, exhibit_id):
    exhibits = (exhibit(exhibit_id, 1), exhibit("medal", 2))
    snapshot = Snapshot(thread_id="t", user_id="u1", case_id="c1", letter=letter_of(name), exhibits=exhibits)
    redacted = Redactor.of(snapshot)
    assert [each.exhibit_id for each in redacted.snapshot(snapshot).exhibits] == ["exhibit-1", "medal"]
    # A guess of the hidden id is answered as any unknown one.
    assert redacted.exhibit_id(exhibit_id) is None
    assert redacted.text(f"[@{exhibit_id}, p. 1]") == "[@exhibit-1, p. 1]"


def test_replacement_is_no_other_exhibit():
    exhibits = (exhibit("wu-cv", 1), exhibit("exhibit-1", 2))
    snapshot = Snapshot(
        thread_id="t", user_id="u1", case_id="c1", letter=letter_of("Chien-Shiung Wu"), exhibits=exhibits
    )
    shown = [each.exhibit_id for each in Redactor.of(snapshot).snapshot(snapshot).exhibits]
    assert len(set(shown)) == len(shown)
    assert [Redactor.of(snapshot).exhibit_id(each) for each in shown] == ["wu-cv", "exhibit-1"]


@pytest.mark.parametrize(
    ("name", "text", "shown"),
    [
        ("Andrew Law", "Dr. Law's prize, by law", "Dr. REDACTED's prize, by law"),
        ("Lord Frances Lord", "Dr. Lord, the lord", "Dr. REDACTED, the lord"),
        ("Weinan E", "Dr. E proved, as W. E did; vitamin E", "Dr. REDACTED proved, as REDACTED did; vitamin E"),
        ("Weinan E", "and we did", "and we did"),
        ("Ada Hoffmann", "Ho\ufb00mann, o\ufb03ce", "REDACTED, o\ufb03ce"),
        ("Ada Hoffmann", "H o f f m a n n; H.O.F.F.M.A.N.N", "REDACTED; REDACTED"),
        ("Ada Hoffmann", "x.edu/~hoffmann/ hoffmann (at) x.edu", "x.edu/~REDACTED/ REDACTED (at) x.edu"),
        ("Ada Hoffmann", "@ahoffmann, adahoffmann, drhoffmann", "@REDACTED, REDACTED, drREDACTED"),
        ("Ada Hoffmann", "\uff28\uff4f\uff46\uff46\uff4d\uff41\uff4e\uff4e", "REDACTED"),
        ("Иван Чайковский", "Чаи\u0306ковский", "REDACTED"),
        ("김연아", "\u1100\u1175\u11b7\u110b\u1167\u11ab\u110b\u1161", "REDACTED"),
        ("bell hooks", "what hooks wrote", "what REDACTED wrote"),
        ("Wu Jian (吴健雄)", "吴健雄", "REDACTED"),
        ("Ana Ph. D.", "Ana spoke", "REDACTED spoke"),
    ],
)
def test_name_is_taken_from_its_field(name, text, shown):
    assert Redactor.of(run_of(name)).text(text) == shown


def run_of(name: str, *exhibit_ids: str, petitioner: str = "") -> Snapshot:
    return Snapshot(
        thread_id="t",
        user_id="someone",
        case_id="case-1",
        letter=Letter(beneficiary=f"Dr. {name}", petitioner=petitioner or name),
        exhibits=tuple(exhibit(exhibit_id, n) for n, exhibit_id in enumerate(exhibit_ids, start=1)),
    )


def test_body_is_found_without_its_legal_form():
    redactor = Redactor.of(run_of("Ada Hoffmann", petitioner="Acme, Inc."))
    assert redactor.text("Acme hired her, at the acme of it") == "REDACTED hired her, at the acme of it"


FAMILY = ("Hoffmann", "Müller", "Okvåle", "Öztürk", "Straßer", "O'Brien", "Nguyễn", "Łukasiewicz", "Лебедев", "Law")
FAMILY_FORMS = {
    "as it is": lambda name: name,
    "upper": str.upper,
    "composed": lambda name: unicodedata.normalize("NFC", name),
    "decomposed": lambda name: unicodedata.normalize("NFD", name),
    "without accents": fold_text,
    "ligature": lambda name: name.replace("ff", "\ufb00"),
    "full width": lambda name: "".join(chr(ord(letter) + 0xFEE0) if letter.isascii() else letter for letter in name),
    "soft hyphens": "\u00ad".join,
    "joiners": "\u2060\u200b".join,
    "spaced": " ".join,
    "dotted": ".".join,
    "address": lambda name: f"mail:{name.lower()}@x.edu",
    "written address": lambda name: f"{name.lower()} [at] x.edu",
    "page": lambda name: f"x.edu/~{name.lower()}/",
    "handle": lambda name: f"@a{name.lower()}_1",
    "initial": lambda name: f"A. {name}",
    "reversed": lambda name: f"{name}, Ada",
}


@settings(max_examples=400, deadline=None)
@given(st.sampled_from(FAMILY), st.sampled_from(sorted(FAMILY_FORMS)), CUTS)
def test_family_name_is_redacted_in_every_form(name, form, cuts):
    written = FAMILY_FORMS[form](name)
    text = f"of {written} it"
    found = Redactor.of(run_of(f"Ada {name}")).finder
    held = StreamingRedactor(found)
    for piece in pieces_of(text, cuts):
        held.add(piece)
        assert squeeze(name) not in squeeze(held.shown)
    held.end()
    assert held.shown == found.hide(text)
    assert squeeze(name) not in squeeze(held.shown)


def squeeze(text: str) -> str:
    """Reduces a text to letters that a reader would compare."""
    folded = unicodedata.normalize("NFKD", text.casefold())
    return "".join(letter for letter in folded if letter.isalpha())


@pytest.mark.parametrize(
    ("name", "exhibit_id"),
    [("José Müller", "letter-muller"), ("José Müller", "mueller2019"), ("Pat O'Brien", "obrien-cv"),
     ("Andrew Law", "law-letter"), ("Ada Hoffmann", "adahoffmann")],
)  # fmt: skip
def test_exhibit_id_is_folded(name, exhibit_id):
    redactor = Redactor.of(run_of(name, exhibit_id))
    assert redactor.snapshot(run_of(name, exhibit_id)).exhibits[0].exhibit_id == "exhibit-1"
    assert redactor.exhibit_id(exhibit_id) is None
    assert redactor.exhibit_id("exhibit-1") == exhibit_id


def test_log_of_accepted_changes_is_cut():
    line = LogLine(level="warning", message="the changed case was accepted: - secret: 1", agent="attorney", at=AT)
    assert Redactor.of(START).log(line).message == "the changed case was accepted"


# ---- any text, cut anywhere

PIECES = st.sampled_from(
    ["Chien", "chien", "Shiung", "Wu", "WU", "wu", "W", "u", "Chi", "en", "-", " ", "  ", "\n", ".", ",", "\u00ad",
     "\u0301", "José", "Jose", "Mueller", "Müller", "O'Brien", "O", "’", "Brien", "吴", "健雄", "Imaginary", "Stages",
     "imaginary", ", Inc.", "Inc", "ada", "@", "firm.example", "case", "-7", "root", "[@", "wu-cv", ", p. 2]", "x", "1",
     "_", "/", "prize", "the prize was given to ", "&", "&#87;", "&shy;", "amp;", "#87;u"]
)  # fmt: skip
TEXTS = st.lists(PIECES, max_size=14).map("".join)


def names_in(text: str) -> list[str]:
    """Finds the words that identify a person.

    The method is another one than the redactor's patterns.
    """
    # As a reader sees it: without soft hyphens, marks on their letters, and Latin words ending where another script
    # begins.
    seen = unicodedata.normalize("NFC", re.sub("[\u00ad\u0301]", "", html.unescape(text)))
    words = re.findall(r"[A-Za-zÀ-ɏ]+", seen)
    return [
        word for word in words if word in {"Chien", "Shiung", "Wu", "WU", "José", "Jose", "Müller", "Mueller", "Brien"}
    ]


@settings(max_examples=400, deadline=None)
@given(TEXTS, CUTS)
@example("Chien-Shi", [3, 5])
@example("x Wu", [3])
@example("ada@firm.example.", [2, 4, 9])
@example("Imaginary Stages Wu", [10, 12, 17])
def test_streamed_text_equals_its_redaction(text, cuts):
    found = finder(NAMES)
    whole = found.hide(text)
    held = StreamingRedactor(found)
    for piece in pieces_of(text, cuts):
        before = held.shown
        assert before + held.add(piece) == held.shown
        assert whole.startswith(held.shown)
        assert names_in(held.shown) == []
    held.end()
    assert held.shown == whole
    assert held.raw == text
    assert names_in(whole) == []


@given(st.text() | TEXTS, CUTS)
def test_folding_ignores_cuts(text, cuts):
    folded = NameText()
    for piece in pieces_of(text, cuts):
        folded.add(piece)
    folded.end()
    whole = NameText()
    whole.add(text)
    whole.end()
    assert folded == whole
    assert "&" in text or folded.text == fold_text(text)
    assert len(folded.places) == len(folded.text)
    assert folded.places == sorted(folded.places)


def test_folding_joins_equal_letters():
    assert fold_text("ÀéÇñØßłİ") == "AeCnOsslI"
    assert (
        fold_text("Ho\ufb00ma\u00adnn \uff37\uff55 Jose\u0301 \U0001d416u \u2013\u00a0’") == "Hoffmann Wu Jose Wu - '"
    )


@settings(max_examples=200, deadline=None)
@given(st.text(), st.text(), CUTS)
def test_redaction_keeps_other_text(before, after, cuts):
    text = f"{before} Shiung {after}"
    held = StreamingRedactor(finder(NAMES))
    for piece in pieces_of(text, cuts):
        held.add(piece)
    held.end()
    assert held.shown == finder(NAMES).hide(text)
    assert "Shiung" not in held.shown
    assert finder(Names()).hide(before) == before or "@" in before


@settings(max_examples=100, deadline=None)
@given(TEXTS, CUTS, TEXTS)
def test_continued_text_is_sent_anew(text, cuts, more):
    held = StreamingRedactor(finder(NAMES))
    for piece in pieces_of(text, cuts):
        held.add(piece)
    held.end()
    assert held.add(more) is None
    held.end()
    assert held.shown == finder(NAMES).hide(text + more)


def test_text_is_held_back_briefly():
    held = StreamingRedactor(finder(NAMES))
    assert held.add("The prize was given to Chi") == "The prize was given to "
    assert held.add("en-Shi") == ""
    assert held.add("ung Wu") == ""
    assert held.add(" in ") == f"{MARK} in "
    assert held.add("Chile. ") == "Chile. "
    assert not held.is_holding


# ---- a run's events


def stamped(events: list[Event]) -> list[Event]:
    return [event.with_stamp(thread_id="t-1", event_id=f"{n}-0", at=AT) for n, event in enumerate(events, start=1)]


SECTION = st.sampled_from(["awards", "intro", "unknown"])
STATUS = st.sampled_from(["pending", "in_progress", "validating", "revising", "needs_review", "completed", "approved"])
RUN_STATUS = st.sampled_from(["generating", "paused", "completed", "cancelled"])
EVENTS = st.one_of(
    st.builds(SectionDelta, section_id=SECTION, text=TEXTS),
    st.builds(SectionDelta, section_id=SECTION, text=TEXTS),
    st.builds(SectionUpdate, section_id=SECTION, status=STATUS),
    st.builds(SectionUpdate, section_id=SECTION, status=STATUS, content=TEXTS),
    st.builds(SectionUpdate, section_id=SECTION, title=TEXTS, instruction=TEXTS, prompt_version=st.just("awards@0")),
    st.builds(
        SectionUpdate, section_id=SECTION, approved_by=st.sampled_from(["ada@firm.example", "zoe", None]),
        approved_sha256=TEXTS.map(text_digest),
    ),
    st.builds(StatusChange, status=RUN_STATUS),
    st.builds(ErrorRaised, message=TEXTS, section_id=st.none() | SECTION),
    st.builds(LogEntry, log=st.builds(
        LogLine, level=st.just("info"), message=TEXTS, agent=st.sampled_from(["writer", "attorney"]), at=st.just(AT))),
    st.builds(ProgressUpdate, completed=st.just(1), total=st.just(2), percentage=st.just(50.0)),
    st.builds(WorkflowUpdate, update=st.builds(lambda *said: {"error": said[0], "unresolved": said}, TEXTS, TEXTS)),
    st.builds(WorkflowUpdate, update=st.builds(
        lambda name: {"letter": {"beneficiary": name}},
        st.sampled_from(["Dr. Chien-Shiung Wu", "José Müller-O'Brien"]))),
    st.builds(WorkflowUpdate, update=st.builds(
        lambda text: {"sections": [{"section_id": "awards", "title": "A", "content": text, "status": "in_progress"}]},
        TEXTS)),
)  # fmt: skip
START = Snapshot(
    thread_id="t-1",
    user_id="ada@firm.example",
    case_id="case-7",
    status="generating",
    letter=Letter(
        beneficiary="Dr. Chien-Shiung Wu", petitioner="Imaginary Stages, Inc.", counsel=("José Müller-O'Brien",)
    ),
    sections=(
        SectionState(section_id="awards", title="Awards", status="in_progress", content="Given to Chien"),
        SectionState(section_id="intro", title="Introduction"),
    ),
    exhibits=(exhibit("wu-cv", 1),),
)


@settings(max_examples=300, deadline=None)
@given(st.lists(EVENTS, max_size=12))
def test_folded_stream_equals_redacted_run(events):
    stream = RedactedStream(START)
    viewer, run = Snapshot.from_json(stream.initial()), START
    for event in stamped(events):
        run = apply(run, event)
        frame = stream.frame(event.to_json())
        shown = parse_event(frame)
        assert (shown.id, shown.at, shown.thread_id) == (event.id, event.at, "t-1")  # one frame an event
        viewer = apply(viewer, shown)
        assert viewer.to_dict() == Snapshot.from_json(stream.initial()).to_dict()  # who comes now sees the same
        for section in viewer.sections:
            assert names_in(section.content) == []
    last = StatusChange(status="completed").with_stamp(thread_id="t-1", event_id="1000-0", at=AT)
    run, viewer = apply(run, last), apply(viewer, parse_event(stream.frame(last.to_json())))
    assert viewer.to_dict() == stream.redactor.snapshot(run).to_dict()
    assert names_in(viewer.to_json().decode()) == []


@settings(max_examples=100, deadline=None)
@given(TEXTS, CUTS)
def test_section_end_releases_held_text(text, cuts):
    stream = RedactedStream(START)
    events = [
        SectionUpdate(section_id="intro", status="in_progress"),
        *(SectionDelta(section_id="intro", text=piece) for piece in pieces_of(text, cuts)),
        SectionUpdate(section_id="intro", status="completed"),
    ]
    shown = [parse_event(stream.frame(event.to_json())) for event in stamped(events)]
    viewer = fold(Snapshot.from_json(RedactedStream(START).initial()), shown)
    assert viewer.section("intro").content == stream.redactor.text(text)
    assert [event.type for event in shown[:-1]] == [event.type for event in events[:-1]]


def test_unknown_event_is_dropped():
    assert RedactedStream(START).frame(orjson.dumps({"type": "whisper", "id": "1-0", "text": "Wu"})) is None


def test_unknown_field_is_dropped():
    frame = {"type": "status_change", "id": "1-0", "at": AT, "thread_id": "t-1", "status": "paused", "by": "Wu"}
    assert b"Wu" not in RedactedStream(START).frame(orjson.dumps(frame))


def test_new_user_is_redacted():
    stream = RedactedStream(START)
    first = LogEntry(log=LogLine(level="info", message="awards approved (zoe)", agent="attorney", at=AT))
    then = SectionUpdate(section_id="awards", status="approved", approved_by="zoe")
    later = LogEntry(log=LogLine(level="info", message="asked by zoe", agent="run", at=AT))
    frames = [stream.frame(event.to_json()) for event in stamped([first, then, later])]
    assert all(b"zoe" not in frame for frame in frames)
    assert b"zoe" not in stream.initial()
