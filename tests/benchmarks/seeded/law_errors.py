"""Errors in law: authorities that do not exist or do not hold that, and regulations cited or quoted wrongly."""

from __future__ import annotations

import random
import re
from collections.abc import Iterator

from workbench.case.law import regulation_text

from .clean_draft import CleanDraft
from .mutant import Proposal, seeds, shuffled

GROUP = "law"
APT = "law|legal|author|cfr|regul|citation|standard"
PARAGRAPHS = ("i", "ii", "iii", "iv", "v", "vi", "vii", "viii", "ix", "x")
REAL = (
    ("Kazarian v. USCIS", "596 F.3d 1115", "9th Cir.", 2010),
    ("Visinscaia v. Beers", "4 F. Supp. 3d 126", "D.D.C.", 2013),
    ("Rijal v. USCIS", "772 F. Supp. 2d 1339", "W.D. Wash.", 2011),
    ("Amin v. Mayorkas", "24 F.4th 383", "5th Cir.", 2022),
    ("Matter of Price", "20 I&N Dec. 953", "Assoc. Comm'r", 1994),
    ("Matter of Chawathe", "25 I&N Dec. 369", "AAO", 2010),
)
PUBLICLY_FABRICATED = (
    "Varghese v. China Southern Airlines Co., 925 F.3d 1339 (11th Cir. 2019)",
    "Zicherman v. Korean Air Lines Co., 516 F.3d 1237 (11th Cir. 2008)",
    "Petersen v. Iran Air, 905 F. Supp. 2d 121 (D.D.C. 2012)",
    "Martinez v. Delta Airlines, Inc., 2019 WL 4639462 (Tex. App. Sept. 25, 2019)",
)
"""Inventions that federal courts have since named as such (Mata v. Avianca, S.D.N.Y. 2023)."""
PARTIES = (
    "Delacourt",
    "Hendry",
    "Osterman",
    "Vijayan",
    "Calloway",
    "Brightwater",
    "Marchetti",
    "Soto-Lane",
    "Whitlock",
)
OFFICIALS = ("Napolitano", "USCIS", "Mayorkas", "Cissna", "Chertoff", "Dep't of Homeland Sec.")
LEADS = (
    "Courts have read the criterion in the same way. See {}.",
    "The agency has been reminded of this before. {}.",
    "As one court put it, no more is asked at the first step. {}.",
    "This reading is settled. See, e.g., {}.",
)


def _hosts(draft: CleanDraft, rng: random.Random) -> list[int]:
    """Lists places after paragraphs of the letter's own argument, in the order of the seed."""
    ends = [
        end for start, end in draft.paragraphs
        if draft.text[start] not in '>-“"(' and draft.text[end - 1] in ".)" and end - start > 150
        and not re.search(r"Background|beneficiary|Exhibits", draft.section_title(start))
    ]  # fmt: skip
    return shuffled(rng, ends)


def _append(draft: CleanDraft, rng: random.Random, sayings: list[tuple[str, str]]) -> Iterator[Proposal]:
    """Appends sentences to paragraphs; each is a sentence and the words that a finding must name."""
    for place, (sentence, value) in zip(_hosts(draft, rng), shuffled(rng, sayings), strict=False):
        new = f" {sentence}"
        yield Proposal(((place, place, new),), (place, place), "", new, (value,), "law")


@seeds(GROUP, APT)
def authority_fabricated(draft: CleanDraft, rng: random.Random) -> Iterator[Proposal]:
    """Cites a well-formed case that does not exist."""
    made = []
    for lead in LEADS * 2:
        name = f"{rng.choice(PARTIES)} v. {rng.choice(OFFICIALS)}"
        volume, page, year = rng.randrange(420, 990), rng.randrange(101, 1390), 0
        year = 2005 + (volume - 400) // 40
        cite = f"{volume} F.3d {page}"
        court = f"{rng.choice(['2d', '3d', '4th', '5th', '7th', '9th', '10th', '11th'])} Cir."
        if rng.random() < 0.4:
            cite, court = (
                f"{rng.randrange(210, 690)} F. Supp. 3d {page}",
                rng.choice(["N.D. Cal.", "S.D.N.Y.", "D.D.C.", "D. Neb."]),
            )
            year = rng.randrange(2017, 2023)
        made.append((lead.format(f"{name}, {cite} ({court} {year})"), cite))
    yield from _append(draft, rng, made)


@seeds(GROUP, APT)
def authority_known_fabricated(draft: CleanDraft, rng: random.Random) -> Iterator[Proposal]:
    made = [
        (rng.choice(LEADS).format(case), re.search(r"\d+ (?:F\.3d|F\. Supp\. 2d|WL) \d+", case)[0])  # type: ignore[index]
        for case in PUBLICLY_FABRICATED
    ]
    yield from _append(draft, rng, made)


@seeds(GROUP, APT)
def decision_fabricated(draft: CleanDraft, rng: random.Random) -> Iterator[Proposal]:
    """Cites an administrative decision that does not exist."""
    made = []
    for lead in LEADS:
        cite = f"{rng.choice([22, 23, 24, 26, 27])} I&N Dec. {rng.randrange(120, 890)}"
        made.append((lead.format(f"Matter of {rng.choice(PARTIES)}, {cite} (AAO {rng.randrange(2003, 2019)})"), cite))
    yield from _append(draft, rng, made)


@seeds(GROUP, APT)
def authority_withdrawn(draft: CleanDraft, rng: random.Random) -> Iterator[Proposal]:
    """Cites the Kazarian opinion that was withdrawn in 2010."""
    for match in re.finditer(r"596 F\.3d 1115 \(9th Cir\. 2010\)", draft.text):
        new = "580 F.3d 1030 (9th Cir. 2009)"
        yield Proposal(
            ((*match.span(), new),), (match.start() - 30, match.end()), match[0], new, ("580 F.3d 1030",), "law"
        )
    made = [(lead.format("Kazarian v. USCIS, 580 F.3d 1030 (9th Cir. 2009)"), "580 F.3d 1030") for lead in LEADS]
    yield from _append(draft, rng, made)


@seeds(GROUP, APT)
def authority_wrong_year(draft: CleanDraft, rng: random.Random) -> Iterator[Proposal]:
    made = []
    for name, cite, court, year in REAL:
        other = year + rng.choice((-3, -2, 2, 4))
        made.append((rng.choice(LEADS).format(f"{name}, {cite} ({court} {other})"), cite))
    yield from _append(draft, rng, made)


@seeds(GROUP, APT)
def authority_wrong_court(draft: CleanDraft, rng: random.Random) -> Iterator[Proposal]:
    made = []
    for name, cite, court, year in REAL:
        other = rng.choice([c for c in ("2d Cir.", "7th Cir.", "S.D.N.Y.", "BIA", "4th Cir.") if c != court])
        made.append((rng.choice(LEADS).format(f"{name}, {cite} ({other} {year})"), cite))
    yield from _append(draft, rng, made)


@seeds(GROUP, APT)
def authority_wrong_reporter(draft: CleanDraft, rng: random.Random) -> Iterator[Proposal]:
    """Cites a real case at another volume or page."""
    made = []
    for name, cite, court, year in REAL:
        volume, *series, page = cite.split()
        if rng.random() < 0.5:
            volume = str(int(volume) + rng.choice((-5, 3, 11)))
        else:
            page = str(int(page) + rng.choice((-40, 9, 111)))
        wrong = " ".join([str(max(1, int(volume))), *series, page])
        made.append((rng.choice(LEADS).format(f"{name}, {wrong} ({court} {year})"), wrong))
    yield from _append(draft, rng, made)


@seeds(GROUP, APT)
def reporter_impossible(draft: CleanDraft, rng: random.Random) -> Iterator[Proposal]:
    """Cites a reporter for a year in which it was not printed, or for a court that it does not print."""
    cites = [("412 F.2d 118", "9th Cir. 2019"), ("88 F.4th 301", "2d Cir. 2009"), ("35 F. Supp. 77", "D.D.C. 2018"),
             ("731 F.3d 454", "S.D.N.Y. 2013"), ("1450 F.3d 22", "5th Cir. 2021"), ("19 I&N Dec. 402",
             "9th Cir. 2008")]  # fmt: skip
    made = [
        (rng.choice(LEADS).format(f"{rng.choice(PARTIES)} v. {rng.choice(OFFICIALS)}, {cite} ({when})"), cite)
        for cite, when in cites
    ]
    yield from _append(draft, rng, made)


@seeds(GROUP, APT)
def holding_reversed(draft: CleanDraft, rng: random.Random) -> Iterator[Proposal]:
    """Says of a case that the petitioner lost that the petitioner won."""
    made = [
        (
            "In Kazarian v. USCIS, 596 F.3d 1115 (9th Cir. 2010), the denial was reversed and the petition approved.",
            "Kazarian",
        ),
        (
            "The petitioner in Visinscaia v. Beers, 4 F. Supp. 3d 126 (D.D.C. 2013), won on a weaker record.",
            "Visinscaia",
        ),
        (
            "In Amin v. Mayorkas, 24 F.4th 383 (5th Cir. 2022), the engineer won on evidence of this kind.",
            "Amin",
        ),
        (
            "Rijal v. USCIS, 772 F. Supp. 2d 1339 (W.D. Wash. 2011), granted a petition with fewer awards.",
            "Rijal",
        ),
    ]
    yield from _append(draft, rng, made)


@seeds(GROUP, APT)
def cfr_other_criterion(draft: CleanDraft, rng: random.Random) -> Iterator[Proposal]:
    """Cites another criterion's paragraph in the section of a criterion."""
    pattern = re.compile(r"204\.5\(h\)\(3\)\(([ivx]+)\)")
    found = []
    for match in pattern.finditer(draft.text, 0, draft.index_start):
        section = draft.section_title(match.start())
        named = pattern.findall(section)
        if (named and named[-1] == match[1]) and "Introduction" not in section:
            found.append(match)
    for match in shuffled(rng, found):
        other = rng.choice([p for p in PARAGRAPHS if p != match[1]])
        start, end = match.span(1)
        line = draft.text.rfind("\n", 0, start) + 1
        stop = draft.text.find("\n", start)
        yield Proposal(((start, end, other),), (line, stop), match[0], other, (f"(h)(3)({other})",), "law")


@seeds(GROUP, APT)
def cfr_nonexistent(draft: CleanDraft, rng: random.Random) -> Iterator[Proposal]:
    """Cites a paragraph that the regulation does not have."""
    pattern = re.compile(r"204\.5\(h\)(?:\(\d\)(?:\([ivx]+\))?)")
    for match in shuffled(rng, list(pattern.finditer(draft.text, 0, draft.index_start))):
        new = rng.choice(["204.5(h)(3)(xi)", "204.5(h)(3)(xii)", "204.5(h)(9)", "204.5(h)(3)(xiv)", "204.5(h)(8)(ii)"])
        line = draft.text.rfind("\n", 0, match.start()) + 1
        stop = draft.text.find("\n", match.start())
        yield Proposal(((*match.span(), new),), (line, stop), match[0], new, (new, new[5:]), "law")


@seeds(GROUP, APT)
def other_classification(draft: CleanDraft, rng: random.Random) -> Iterator[Proposal]:
    """Brings in the standard of another classification: O-1, the waiver, or outstanding researchers."""
    made = [
        (
            "The evidence also satisfies 8 C.F.R. § 214.2(o)(3)(iii), which asks for the same showing.",
            "214.2(o)(3)(iii)",
        ),
        (
            "Under Matter of Dhanasar, 26 I&N Dec. 884 (AAO 2016), the work has merit and national importance.",
            "Dhanasar",
        ),
        (
            "On balance, a waiver of the job offer is warranted in the national interest.",
            "waiver",
        ),
        (
            "The beneficiary is internationally recognized in the academic area. 8 C.F.R. § 204.5(i)(3)(i).",
            "204.5(i)(3)(i)",
        ),
        ("An advisory opinion of a peer group is attached as 8 C.F.R. § 214.2(o)(5) requires.", "214.2(o)(5)"),
    ]
    yield from _append(draft, rng, made)


@seeds(GROUP, APT)
def statute_wrong(draft: CleanDraft, rng: random.Random) -> Iterator[Proposal]:
    """Cites the subparagraph of another classification of the Act."""
    for match in shuffled(rng, list(re.finditer(r"203\(b\)\(1\)\(A\)(?!\()", draft.text[: draft.index_start]))):
        new = rng.choice(["203(b)(2)(B)", "203(b)(1)(B)", "203(b)(2)(A)", "203(b)(3)(A)"])
        line = draft.text.rfind("\n", 0, match.start()) + 1
        stop = draft.text.find("\n", match.start())
        yield Proposal(((*match.span(), new),), (line, stop), match[0], new, (new,), "law")


@seeds(GROUP, APT)
def proof_standard_wrong(draft: CleanDraft, rng: random.Random) -> Iterator[Proposal]:
    """Names another standard of proof."""
    found = list(re.finditer(r"(?:a |the )?preponderance of the evidence", draft.text))
    for match in shuffled(rng, found):
        new = rng.choice(["clear and convincing evidence", "proof beyond a reasonable doubt", "substantial evidence"])
        place = next(((s.start, s.end) for s in draft.sentences if s.start <= match.start() < s.end), match.span())
        yield Proposal(((*match.span(), new),), place, match[0], new, (new,), "law")
    if not found:
        made = [(f"These facts are shown by {new}, which is the standard that applies.", new)
                for new in ("clear and convincing evidence", "substantial evidence",
                "proof beyond a reasonable doubt")]  # fmt: skip
        yield from _append(draft, rng, made)


@seeds(GROUP, APT + "|quot")
def regulation_misquoted(draft: CleanDraft, rng: random.Random) -> Iterator[Proposal]:
    """Quotes a criterion of the regulation with a word changed."""
    swaps = {"major": "great", "internationally": "globally", "recognized": "famous", "outstanding": "notable",
    "leading": "senior",
             "critical": "essential", "scholarly": "academic", "distinguished": "strong", "judge": "reviewer",
             "original": "novel",
             "high": "very high", "artistic": "public", "professional": "academic", "in the field": "to the field",
             "excellence": "merit",
             "or": "and", "significance": "importance", "published": "printed", "display": "showing"}  # fmt: skip
    paragraphs = re.findall(r"204\.5\(h\)\(3\)\(([ivx]+)\)", draft.text) or list(PARAGRAPHS)
    hosts = _hosts(draft, rng)
    for place, paragraph in zip(hosts, shuffled(rng, sorted(set(paragraphs) & set(PARAGRAPHS))), strict=False):
        text = regulation_text(f"(h)(3)({paragraph})").rstrip(".;")
        found = [m for m in re.finditer(r"[a-z]+(?: the field)?", text) if m[0] in swaps]
        if found:
            match = rng.choice(found)
            changed = text[: match.start()] + swaps[match[0]] + text[match.end() :]
            words = changed.removesuffix("; or").rstrip("; ")
            quoted = f"“{words}.”" if "“" in draft.text else f'"{words}."'
            new = f" The regulation asks for {quoted} 8 C.F.R. § 204.5(h)(3)({paragraph})."
            yield Proposal(((place, place, new),), (place, place), match[0], new, (swaps[match[0]],), "law")
    for match in shuffled(rng, list(re.finditer(r"(?m)^> (?:Evidence|Documentation).*$", draft.text))):
        found = [m for m in re.finditer(r"[a-z]+(?: the field)?", match[0]) if m[0] in swaps]
        word = rng.choice(found)
        start = match.start() + word.start()
        yield Proposal(
            ((start, start + len(word[0]), swaps[word[0]]),), match.span(), word[0], swaps[word[0]], (), "law"
        )
