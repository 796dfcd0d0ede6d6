"""Shapes of what a drafter or an assistant leaves in a letter.

A shape is a place and classes of words: a bracket that opens with a verb of drafting, a sentence without a subject that
asks for a document of the file, a blank that names what belongs in it. No phrase is listed as such.
"""

from __future__ import annotations

import re

_WORD = re.compile(r"[A-Za-z0-9#]+(?:['’-][A-Za-z0-9]+)*|\?")


def _read_words(words: str) -> frozenset[str]:
    return frozenset(words.split())


CHECKING = _read_words(
    "check recheck double-check doublecheck confirm verify ask cite insert todo tbd tbc todos query flag fixme"
)
"""Verbs that in a letter are said to its drafter only."""
DRAFTING = CHECKING | _read_words(
    "add update fill fix correct rewrite reword rephrase revise remove delete strike replace move shorten expand "
    "attach include mention find get obtain request source supply complete redo cut merge split format renumber "
    "proofread strengthen tighten elaborate clarify describe explain specify state give provide put enter link "
    "quote translate highlight follow-up call email e-mail remind discuss need needs needed await awaiting "
    "pending missing waiting"
)
"""Verbs, and words that stand for one in a note, that say what is to be done with a text."""
_ADAPTING = CHECKING | _read_words(
    "adapt adjust tailor reuse copy paste fix rewrite reword rephrase revise shorten expand delete strike remove redo "
    "update proofread renumber translate look"
)
"""Verbs that, without a subject, end what is said to the drafter; none is a noun of the letter's own notes."""
_OBJECTS = _read_words("her him them me us again up out")
FILE_NOUNS = _read_words(
    "date dates year citation citations cite cites exhibit exhibits ex figure figures number numbers name names "
    "spelling source sources quote quotes quotation paragraph para section sentence page pages pg wording title "
    "index heading letter letters signature reference references ref refs translation client attorney paralegal "
    "counsel footnote bracket placeholder draft para table caption proof evidence support document documents docs "
    "doc email e-mail link stats statistics info details count score rank amount salary value cv resume resumé "
    "bio transcript certificate this that these it here more example examples list file tone format filing"
)
"""Words for the matter of such a note."""
SLOTS = _read_words(
    "name names date dates title number no amount year years month day journal employer company organization "
    "organisation university institution position field beneficiary petitioner client address city state country "
    "award prize exhibit exhibits page pages section paragraph citation citations cite source sources percentage "
    "percent figure figures salary author publication article articles conference quote email phone signature "
    "attorney firm receipt link url reference details degree description text job role pronoun info count rank "
    "ranking association society recommender expert letter filename surname honorific department city/state "
    "evidence zip telephone fax topic placeholder blank"
)
"""Nouns for what a form leaves to be filled in."""
_DETERMINERS = _read_words("the a an his her their its this that these those our my")
_GENERIC = _DETERMINERS | _read_words(
    "of for in on at to and or with from by your full first last middle exact total current relevant specific "
    "correct other new here xx xxx x # s insert add todo tbd list if any applicable required be"
)
_LONGEST_ACRONYM = 7
_NOTE_LENGTH = 30
_SHORT_NOTE = 4
_PART = re.compile(r"[,;:–—]\s|\s-\s|\.\s")
_SPARED = re.compile(
    r"(?:sic|emphas[ie]s\b.*|(?:internal\s+)?(?:citation|quotation|footnote)s?(?:\s+marks?)?\s+omitted|omitted"
    r"|redacted|seal"
    r"|signed|signature|illegible|translat(?:ed|ion)\b.*|original\b.*|hereinafter\b.*|…|\.{3}|(?:\.\s){2}\."
    r"|alterations?\b.*)\W*",
    re.IGNORECASE,
)
_INITIALS_NOTE = re.compile(
    r"(?:[A-Z]{1,3}\d{0,3}|[Nn]ote(?: to \w+)?|NB|[Cc]omment\w*|[Qq](?:uery|uestion)?|[Mm]emo|[Dd]raft\w*):\s"
)
WHO_TO = re.compile(
    r"\b(?:[A-Z]{2,3}|[Cc]lient|[Aa]ttorney|[Cc]ounsel|[Pp]aralegal|[Bb]eneficiary|[Pp]etitioner)\s+to"
    r"\s+(?:confirm|provide|check|send|verify|supply|advise|review|sign|forward|clarify|get|find|translate|obtain)\b"
)
"""A person, named as in notes, who has something to do."""

STILL_TO_DO = re.compile(
    r"(?:still\s+|yet\s+)?to\s+(?:be\s+(?:confirmed|added|determined|provided|checked|completed|inserted|updated"
    r"|supplied|verified|translated|filled)"
    r"|follow|come|confirm|check|add)\b.{0,80}$|(?:not\s+sure|unsure|unclear)\s+(?:if|whether|about|which|why|what"
    r"|when|who|how|of)\b",
    re.IGNORECASE,
)
"""A fragment that leaves something to be done, or doubts it."""


def split_words(text: str) -> list[str]:
    """Returns the words of a note, small, with a question mark as a word of its own."""
    words = [word.lower().replace("’", "'") for word in _WORD.findall(text)]
    if words[:2] == ["double", "check"] or "double" in words[:4]:
        at = words.index("double")
        if words[at + 1 : at + 2] == ["check"]:
            words[at : at + 2] = ["double-check"]
    return words


_QUESTION = re.compile(r"\w\?\s")


def describe_bracket(  # noqa: PLR0911 - one answer for each kind of bracket
    inner: str, *, quoted: bool, known: frozenset[str]
) -> tuple[str, str] | None:
    """Tells what square brackets hold that may not be filed.

    Args:
        inner: The words between the brackets.
        quoted: The brackets stand inside a quotation, where an editor's insertions are expected.
        known: Small words of the letter: a capital word that is one of them is no acronym.

    Returns:
        Id of the check and a description, or None.
    """
    inner = inner.strip()
    words = split_words(inner)
    if not inner or set(inner) <= set("*_.-–— •●☐xX#?"):
        # An ellipsis stands for words left out, a dash and a question mark in a quotation for what cannot be read.
        spared = (set(inner) <= set(".-–— ") and inner) or (quoted and set(inner) <= set("?x "))
        return None if spared else ("placeholder", "a blank to be filled in")
    if not words or _SPARED.fullmatch(inner) or (len(inner) == 1 and inner.isalpha()):
        return None
    if words[0].split("-")[0] in {"todo", "tbd", "tbc", "tk", "tktk", "insert", "fill", "placeholder", "fixme"}:
        return "placeholder", "a blank to be filled in"
    if _INITIALS_NOTE.match(inner + " ") or _is_request(words, quoted=quoted):
        return "note-to-self", "a note in brackets"
    if inner.endswith("?") and (not quoted or len(words) > 2):  # noqa: PLR2004 - "[name?]" is a doubt of the editor
        return "note-to-self", "a question in brackets"
    if not quoted and _QUESTION.search(inner):
        return "note-to-self", "a question in brackets"
    if not quoted and (WHO_TO.search(inner) or _ends_in_request(inner) or set(words) & {"you", "your", "i", "we"}):
        return "note-to-self", "a note in brackets"
    return ("placeholder", "a blank to be filled in") if _is_slot(inner, words, quoted=quoted, known=known) else None


def describe_parenthesis(inner: str) -> str | None:
    """Tells what parentheses outside a quotation hold that is said to the drafter."""
    words = split_words(inner)
    if not words or len(words) > _NOTE_LENGTH:
        return None
    if words == ["?"] or (words[-1] == "?" and len(words) <= 12):  # noqa: PLR2004 - longer ones may be rhetoric
        return "a question in parentheses"
    alone = {"check", "confirm", "verify", "cite", "todo", "tbd", "tbc", "recheck"}
    if (len(words) == 1 and words[0] in alone) or (len(words) > 1 and _is_request(words, quoted=False)):
        return "a note in parentheses"
    if STILL_TO_DO.match(inner.strip()):
        return "a note in parentheses"
    if _ends_in_request(inner) or ("my" in words and not FILE_NOUNS.isdisjoint(words)):
        return "a note in parentheses"
    return "a note in parentheses" if WHO_TO.match(inner.strip()) else None


def _ends_in_request(inner: str) -> bool:
    """Tells if the last part of a note is a request, as in ``same as before, adapt``."""
    parts = _PART.split(inner)
    words = split_words(parts[-1])
    while words and words[0] in {"please", "pls", "so", "then", "and", "to", "must"}:
        words = words[1:]
    if len(parts) == 1 or not words or len(words) > _SHORT_NOTE or words[0] not in _ADAPTING:
        return False
    return len(words) == 1 or not (FILE_NOUNS | _OBJECTS).isdisjoint(words[1:])


def is_note(words: list[str]) -> bool:
    """Tells if a sentence without a subject asks for something to be done with the text or its file."""
    words = list(words)
    polite = False
    while words and words[0] in {
        "please",
        "pls",
        "also",
        "and",
        "then",
        "still",
        "again",
        "must",
        "first",
        "maybe",
        "to",
        "do",
    }:
        polite |= words[0] == "please"
        words = words[1:]
    if not words or len(words) > _NOTE_LENGTH:
        return False
    opening = " ".join(words[:3])
    if opening.startswith(("don't forget to", "do not forget", "remember to", "make sure")):
        return True
    need = _after_need(words)
    if need is not None:
        return bool(need) and _has_object(need)
    if words[0] not in DRAFTING:
        return False
    # "Please provide", "Please find enclosed" speak to the officer, as does a request to confirm the receipt.
    if polite and (
        words[0] not in CHECKING | {"add", "update", "fix", "rewrite", "revise", "replace", "insert"}
        or "receipt" in words
    ):
        return False
    return words[1:2] != ["to"] and _has_object(words[1:] if words[0] in CHECKING else words[1:5])


def _after_need(words: list[str]) -> list[str] | None:
    """Returns what "(we) need to" or "this needs" asks for, from its verb on; None where no such words open."""
    at = 0
    while at < len(words) and words[at] in {
        "we",
        "i",
        "you",
        "this",
        "that",
        "it",
        "still",
        "also",
        "probably",
    }:
        at += 1
    if at >= len(words) or words[at] not in {"need", "needs", "should", "must", "have", "gotta"}:
        return None
    verb = words[at]
    rest = words[at + 1 :]
    if rest[:2] == ["to", "be"]:
        rest = rest[2:]
    elif rest[:1] in (["to"], ["be"]):
        rest = rest[1:]
    elif verb not in {"need", "needs"}:
        return None if at == 0 or not rest or rest[0] not in DRAFTING else rest
    if not rest:
        return []
    base = {rest[0], rest[0].removesuffix("ed"), rest[0].removesuffix("d"), rest[0].removesuffix("ing")}
    if base & DRAFTING:
        # "This needs to be confirmed" says no more, and is a note by its brevity.
        return rest if len(rest) > 1 else [rest[0], "this"]
    return rest if verb in {"need", "needs"} and at == 0 and set(rest[:4]) & FILE_NOUNS else []


def _has_object(words: list[str]) -> bool:
    return not FILE_NOUNS.isdisjoint(word.removesuffix("'s") for word in words[:8]) or (
        words[-2:-1] == ["with"] and len(words) <= _SHORT_NOTE
    )


def _is_request(words: list[str], *, quoted: bool) -> bool:
    if not quoted and is_note(words):
        return True
    words = [word for word in words if word not in {"please", "pls", "also", "still", "to", "we"}] or words
    if not quoted and words[-1] in {"needed", "missing", "required", "pending", "tbd"} and set(words) & FILE_NOUNS:
        return True
    if quoted:
        # A bracket in a quotation may supply a verb; two words of drafting are no verb supplied.
        return len(words) > 1 and words[0] in CHECKING and bool(set(words[1:]) & (FILE_NOUNS | {"?"}) or len(words) > 2)  # noqa: PLR2004
    return words[0] in DRAFTING


def _is_slot(inner: str, words: list[str], *, quoted: bool, known: frozenset[str]) -> bool:
    # "[Exhibit 2]" and "[Section B]" refer to something; a blank has no number of its own.
    if re.search(r"\d|\s\(?[A-Z]\)?$|\b[IVX]+$", inner) and not re.search(r"\b[xX]{2,}\b", inner):
        return False
    plain = [word.removesuffix("'s") for word in words]
    slots = sum(word in SLOTS for word in plain)
    if slots and all(word in SLOTS or word in _GENERIC for word in plain):
        # "[the company]" in a quotation says who is meant; "[COMPANY]" and "[Company Name]" say nothing.
        if not quoted:
            return True
        return inner.isupper() or (len(words) > 1 and plain[0] not in _DETERMINERS and inner[0].isupper() and slots > 1)
    if plain[0] in {"your", "insert"} or "placeholder" in plain:
        return True
    if quoted or not inner.isupper() or not re.fullmatch(r"[A-Z][A-Z0-9 _/'’.,-]{2,60}", inner):
        return False
    return len(words) > 1 or len(inner) > _LONGEST_ACRONYM or inner.lower() in known
