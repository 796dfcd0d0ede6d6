"""Words that decide how much a sentence claims: nominated or received, may or does, one of the top or the top.

Two ways of looking. A word of a *scale* is compared with the words of the same scale on the cited pages, as a figure
is. A *hedge* has no counterpart: it is missed where the page has it inside a clause that otherwise stands in the letter
word for word.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal, NamedTuple

from rapidfuzz.distance import Levenshtein

from workbench.checks.evidence import EvidencePage
from workbench.checks.facts import CitedSentence, find_cited_sentences, nearest_pages
from workbench.checks.draft import DraftSection
from workbench.checks.finding import EvidencePlace, Finding
from workbench.checks.statements import Clause, Weigh, measure_context, read_page
from workbench.text.stems import find_stem

CHECK = "qualifier"


class Scale(NamedTuple):
    """Words of which one claims less than the other.

    Attributes:
        less: Words, parted by ``|``, of the smaller claim.
        more: Of the larger one.
        reason: The difference, for the attorney.
    """

    less: str
    more: str
    reason: str


SCALES = (
    Scale(
        "nominated|nominee|nomination",
        "received|awarded|won|recipient|winner|laureate|awardee",
        "a nomination is no award",
    ),
    Scale("finalist|shortlisted|semifinalist", "winner|recipient|laureate|won|awarded", "a finalist has not won"),
    Scale("silver|bronze", "gold", "the rank of a medal"),
    Scale(
        "invited|asked|invitation",
        "served|reviewed|judged|refereed|completed",
        "judging counts once it was done (h)(3)(iv)",
    ),
    Scale("submitted|under review|in preparation", "published|accepted|appeared", "a manuscript is no publication"),
    Scale(
        "proposed|recommended|introduced|considered",
        "resolved|adopted|enacted|approved|passed",
        "a proposal binds nobody",
    ),
    Scale("may|might|could|can", "will|does|do|is|are|has|have", "a possibility is no fact"),
    Scale("plans|intends|expects|hopes", "did|completed|established|achieved", "an intention is no result"),
    Scale("suggests|indicates|implies", "proves|demonstrates|establishes|confirms", "the strength of a conclusion"),
    Scale("co founder|co founded", "founder|founded", "a founder among others"),
    Scale(
        "co author|co authored|coauthor|coauthored",
        "sole author|first author|author|authored",
        "an author among others",
    ),
    Scale("co inventor", "inventor|sole inventor", "an inventor among others"),
    Scale("second author|third author", "first author|lead author|corresponding author", "the place among the authors"),
    Scale("filed|pending|applied", "granted|issued|patented", "an application is no patent"),
    Scale(
        "contributed|participated|assisted|helped|supported|joined",
        "led|directed|headed|chaired|managed",
        "taking part is not leading (h)(3)(viii)",
    ),
    Scale("attended|attendee", "presented|spoke|speaker|organized|chaired", "attendance is no contribution"),
    Scale("member|members", "fellow|fellows|president|chair|chairman|director", "the grade of a membership (h)(3)(ii)"),
    Scale(
        "associate|assistant|adjunct|visiting|acting|deputy|vice|honorary|former|interim", "full", "the grade of a post"
    ),
    Scale("mentioned|listed", "featured|profiled|highlighted", "the place that a publication gives"),
    Scale("poster|posters", "talk|talks|lecture|keynote|plenary", "the kind of a presentation"),
    Scale(
        "local|regional|state|university", "national|international|worldwide|global", "the reach of a prize (h)(3)(i)"
    ),
    Scale("national|nationally", "international|internationally|worldwide", "the reach of a prize (h)(3)(i)"),
    Scale("some|several|few|many", "all|every|each", "a part is not the whole"),
    Scale("most|many|majority", "all|every", "a part is not the whole"),
    Scale("often|usually|sometimes|typically|generally", "always|invariably", "a rule has exceptions"),
    Scale("rarely|seldom", "never", "a rule has exceptions"),
    Scale("reduced|decreased|declined|fell|lower", "increased|improved|rose|grew|higher", "the direction of a change"),
    Scale("rejected|denied|declined", "accepted|approved|granted", "the outcome of a request"),
    Scale("before|prior", "after|following|since", "the order of events"),
)
"""Pairs with the reason for each. Where both sides stand near one another on a page, nothing is concluded."""

HEDGES = {
    "not": "a negation",
    "no": "a negation",
    "never": "a negation",
    "neither": "a negation",
    "without": "a negation",
    "may": "a possibility",
    "might": "a possibility",
    "could": "a possibility",
    "would": "a condition",
    "potential": "a possibility",
    "potentially": "a possibility",
    "possibly": "a possibility",
    "probably": "a possibility",
    "perhaps": "a possibility",
    "allegedly": "hearsay",
    "reportedly": "hearsay",
    "among": "one of several",
    "one of": "one of several",
    "some of": "a part",
    "part of": "a part",
    "partly": "a part",
    "co": "one of several",
    "joint": "one of several",
    "jointly": "one of several",
    "shared": "one of several",
    "nearly": "less than the figure",
    "almost": "less than the figure",
    "about": "an estimate",
    "approximately": "an estimate",
    "estimated": "an estimate",
    "up to": "a limit",
    "nominated for": "a nomination",
    "finalist for": "a finalist",
    "candidate for": "a candidacy",
    "proposed": "a proposal",
    "planned": "an intention",
    "provisional": "a provisional state",
    "preliminary": "a provisional state",
    "pending": "a provisional state",
    "associate": "the grade of a post",
    "assistant": "the grade of a post",
    "adjunct": "the grade of a post",
    "acting": "the grade of a post",
    "deputy": "the grade of a post",
    "vice": "the grade of a post",
    "honorary": "the grade of a membership",
    "former": "a state that has ended",
    "visiting": "the grade of a post",
    "junior": "the grade of a post",
    "undergraduate": "the grade of a degree",
    "second": "a rank",
    "third": "a rank",
    "arguably": "an opinion",
    "considered": "an opinion",
}
"""Words whose loss makes a claim larger, with what they say."""
BOOSTS = {
    "first": "a rank",
    "only": "exclusivity",
    "sole": "exclusivity",
    "solely": "exclusivity",
    "unique": "exclusivity",
    "never": "a negation",
    "not": "a negation",
    "always": "without exception",
    "all": "without exception",
    "every": "without exception",
    "most": "a superlative",
    "best": "a superlative",
    "top": "a superlative",
    "highest": "a superlative",
    "largest": "a superlative",
    "leading": "a superlative",
    "lead": "a rank",
    "chief": "a rank",
    "principal": "a rank",
    "full": "a rank",
    "independently": "exclusivity",
    "single": "exclusivity",
    "international": "a reach",
    "internationally": "a reach",
    "worldwide": "a reach",
    "world": "a reach",
    "greatest": "a superlative",
    "foremost": "a superlative",
}
"""Words whose addition makes a claim larger."""

EXCLUSIVE = frozenset(
    "first only sole solely unique never not single most best highest largest greatest foremost".split()
)
"""Those that say that there is no other."""

LEAST_OPPOSITE = 0.45
"""Likeness of contexts from which the opposite word on a page contradicts."""
_SAME_SIDE = 0.25
_ALIGNED = 0.75
"""Share of the words around a hedge that must stand on the page in the same order."""
_AROUND = 7
_LEAST_AROUND = 5
_WINDOW = 6
_MOST_ADDED = 3
LEAST_GOVERNED = 0.5
"""Likeness of contexts from which a word on a page is the word of the letter."""
_GOVERNED_MARGIN = 0.7
_GOVERNED = 4
"""Tokens before a word in which its qualifier stands."""
_MOST_PASSAGES = 3

Side = Literal["less", "more"]


@dataclass(frozen=True, slots=True)
class Grade:
    """A word of a scale in a text.

    Attributes:
        scale: Index of the scale in :data:`SCALES`.
        side: Its side of the scale.
        first: Index of its first token.
        last: Index of its last token.
        start: Offset of its first character.
        end: Offset just behind it.
    """

    scale: int
    side: Side
    first: int
    last: int
    start: int
    end: int


def _index_scales() -> dict[str, list[tuple[int, Side, tuple[str, ...]]]]:
    found: dict[str, list[tuple[int, Side, tuple[str, ...]]]] = {}
    for number, scale in enumerate(SCALES):
        sides: tuple[tuple[Side, str], ...] = (("less", scale.less), ("more", scale.more))
        for side, words in sides:
            for phrase in words.split("|"):
                parts = tuple(phrase.split())
                found.setdefault(parts[0], []).append((number, side, parts))
    return found


_BY_WORD = _index_scales()


def find_grades(clause: Clause) -> tuple[Grade, ...]:
    """Finds the words of the scales in a text; of phrases that begin alike, the longest."""
    found: list[Grade] = []
    words = clause.words
    for place, word in enumerate(words):
        longest: dict[int, tuple[Side, tuple[str, ...]]] = {}
        for scale, side, parts in _BY_WORD.get(word, ()):
            if words[place : place + len(parts)] == parts and len(parts) > len(longest.get(scale, ("less", ()))[1]):
                longest[scale] = (side, parts)
        for scale, (side, parts) in longest.items():
            # "Co-founder" is one word of two tokens: its second half is not the other side.
            if place and words[place - 1] in {"co", "not"}:
                continue
            last = place + len(parts) - 1
            found.append(Grade(scale, side, place, last, clause.tokens[place].start, clause.tokens[last].end))
    return tuple(found)


def qualifier(draft: DraftSection) -> Iterator[Finding]:
    """Finds words that claim more than the cited page does, in an aligned clause."""
    for cited in find_cited_sentences(draft):
        if cited.gap is not None:
            draft.coverage.skip(CHECK, cited.gap)
            continue
        draft.coverage.check(CHECK)
        pages = nearest_pages(draft.evidence, cited.clause, cited.pages)
        aligned = list(_find_changes(cited, pages))
        yield from aligned
        if not aligned:
            yield from _find_opposites(cited, pages)
            yield from _find_governed(cited, pages)


def _find_opposites(cited: CitedSentence, pages: Sequence[EvidencePage]) -> Iterator[Finding]:
    """Finds words of a scale for which the pages have the other side in the same context."""
    weigh = cited.draft.evidence.weigh
    seen: set[int] = set()
    for grade in find_grades(cited.clause):
        mine = cited.clause.context_of(grade.first, grade.last, weigh)
        best: dict[str, tuple[float, EvidencePage, Grade]] = {}
        for page in pages:
            there = read_page(page)
            for other in grades_of(there):
                if other.scale == grade.scale:
                    score = measure_context(mine, there.context_of(other.first, other.last, weigh))
                    if other.side not in best or score > best[other.side][0]:
                        best[other.side] = (score, page, other)
        opposite = best.get("more" if grade.side == "less" else "less")
        same = best.get(grade.side, (0.0, None, None))
        if opposite is None or opposite[0] < LEAST_OPPOSITE or same[0] >= _SAME_SIDE or grade.first in seen:
            continue
        seen.add(grade.first)
        _, page, other = opposite
        there = read_page(page)
        written = there.text[other.start : other.end]
        scale = SCALES[grade.scale]
        yield cited.draft.finding(
            CHECK,
            "error" if grade.side == "more" else "warning",
            f"“{cited.sentence.text[grade.start : grade.end]}” here, but “{written}” on exhibit {page.exhibit_id!r},"
            f" p. {page.page}: {scale.reason}.",
            at=cited.place(grade.start, grade.end),
            suggestion="Say what the page says.",
            evidence=[_place(page, there, other.first, other.last)],
        )


def grades_of(clause: Clause) -> tuple[Grade, ...]:
    """Returns the words of the scales in a page, which is read once."""
    cached = clause.__dict__.get("_grades")
    if cached is None:
        cached = clause.__dict__["_grades"] = find_grades(clause)
    return cached  # type: ignore[no-any-return]


@dataclass(frozen=True, slots=True)
class GovernedWord:
    """A word and the hedge or superlative right before it.

    Attributes:
        stem: Its stem.
        place: Index of its token.
        before: Index of the first token of the qualifier, or that of the word.
        qualifier: The qualifier, or empty.
    """

    stem: str
    place: int
    before: int
    qualifier: str


def find_governed_words(clause: Clause) -> dict[str, list[GovernedWord]]:
    """Finds every content word of a text, by stem, with the qualifier that governs it."""
    cached: dict[str, list[GovernedWord]] | None = clause.__dict__.get("_governed")
    if cached is not None:
        return cached
    found: dict[str, list[GovernedWord]] = {}
    for place, stem in enumerate(clause.stems):
        if stem:
            before, word = _qualifier_before(clause, place)
            found.setdefault(stem, []).append(GovernedWord(stem, place, before, word))
    clause.__dict__["_governed"] = found
    return found


def _qualifier_before(clause: Clause, place: int) -> tuple[int, str]:
    """Returns the qualifier before a word, no content word between them, and the index of its first token."""
    begin = max(clause.sentence_of(place)[0], place - _GOVERNED)
    for index in range(place - 1, begin - 1, -1):
        word = clause.words[index]
        if any(mark in clause.text[clause.tokens[index].end : clause.tokens[index + 1].start] for mark in ",;:.()"):
            break
        pair = f"{clause.words[index - 1]} {word}" if index > begin else ""
        if pair in HEDGES:
            return index - 1, pair
        if word in HEDGES or word in EXCLUSIVE:
            return index, word
        if clause.stems[index] or not word.isalpha():
            break
    return place, ""


def _find_governed(cited: CitedSentence, pages: Sequence[EvidencePage]) -> Iterator[Finding]:
    """Finds words whose qualifier differs from the one on the page in the same context."""
    weigh = cited.draft.evidence.weigh
    reported: set[tuple[str, str]] = set()
    for stem, governed in find_governed_words(cited.clause).items():
        for said in governed:
            there_all = [(page, word) for page in pages for word in find_governed_words(read_page(page)).get(stem, ())]
            if all(word.qualifier == said.qualifier for _, word in there_all):
                continue
            mine = cited.clause.context_of(said.before, said.place, weigh)
            same, other = 0.0, (0.0, pages[0], said)
            for page, word in there_all:
                score = measure_context(mine, read_page(page).context_of(word.before, word.place, weigh))
                if word.qualifier == said.qualifier:
                    same = max(same, score)
                elif score > other[0]:
                    other = (score, page, word)
            score, page, word = other
            kind = _judge_governed(said.qualifier, word.qualifier)
            # What is exclusive on the page may be named there a second time without the word.
            margin = 0.0 if said.qualifier in EXCLUSIVE else _GOVERNED_MARGIN
            if kind is None or score < LEAST_GOVERNED or same > score * margin:
                continue
            if (said.qualifier, word.qualifier) in reported:
                continue
            reported.add((said.qualifier, word.qualifier))
            there = read_page(page)
            on_page = there.text[there.tokens[word.before].start : there.tokens[word.place].end]
            tokens = cited.clause.tokens
            at = tokens[said.before].start, tokens[said.place].end
            yield cited.draft.finding(
                CHECK,
                kind,
                f"“{' '.join(cited.sentence.text[slice(*at)].split())}” here, but “{' '.join(on_page.split())}” on exhibit"
                f" {page.exhibit_id!r}, p. {page.page}.",
                at=cited.place(*at),
                suggestion="Say what the page says.",
                evidence=[_place(page, there, word.before, word.place)],
            )


def _judge_governed(said: str, page: str) -> Literal["error", "warning"] | None:
    if page in HEDGES and said not in HEDGES:
        return "error"
    if said in EXCLUSIVE and page not in EXCLUSIVE:
        return "error" if BOOSTS[said] == "a negation" else "warning"
    return None


def _place(page: EvidencePage, there: Clause, first: int, last: int) -> EvidencePlace:
    return EvidencePlace(exhibit_id=page.exhibit_id, page=page.page, quote=there.quote(first, last))


def _find_changes(cited: CitedSentence, pages: Sequence[EvidencePage]) -> Iterator[Finding]:
    """Finds hedges lost and superlatives added inside clauses that stand on the page word for word."""
    clause = cited.clause
    mine = [find_stem(word) for word in clause.words]
    sought = [token.word for token, stem in zip(clause.tokens, clause.stems, strict=True) if stem]
    reported: set[int] = set()
    for passage in cited.draft.evidence.find_passages(sought, among=pages, limit=_MOST_PASSAGES):
        there = read_page(passage.page)
        begin, end = max(0, passage.first - _WINDOW), min(len(there.words), passage.last + _WINDOW + 1)
        theirs = [find_stem(word) for word in there.words[begin:end]]
        steps = Levenshtein.opcodes(mine, theirs)
        equal = [False] * len(mine)
        for step in steps:
            if step.tag == "equal":
                equal[step.src_start : step.src_end] = [True] * (step.src_end - step.src_start)
        for step in steps:
            if step.tag == "equal" or step.src_start in reported:
                continue
            if not _is_inside(equal, step.src_start, step.src_end):
                continue
            said = clause.words[step.src_start : step.src_end]
            page_words = there.words[begin + step.dest_start : begin + step.dest_end]
            change = _judge_change(said, page_words)
            if change is None:
                continue
            reported.add(step.src_start)
            what, severe = change
            first, last = max(step.src_start - 1, 0), min(max(step.src_end, step.src_start + 1), len(mine) - 1)
            at = cited.place(clause.tokens[first].start, clause.tokens[last].end)
            place = min(begin + step.dest_start, len(there.words) - 1)
            yield cited.draft.finding(
                CHECK,
                "error" if severe else "warning",
                f"{what} on exhibit {passage.page.exhibit_id!r}, p. {passage.page.page}.",
                at=at,
                suggestion="Say what the page says.",
                evidence=[_place(passage.page, there, place, max(place, begin + step.dest_end - 1))],
            )


def _is_inside(equal: Sequence[bool], first: int, end: int) -> bool:
    """Tells if most words around a change are the same on both sides, and the nearest on each side are."""
    before, behind = equal[max(0, first - _AROUND) : first], equal[end : end + _AROUND]
    around = [*before, *behind]
    if len(around) < _LEAST_AROUND or sum(around) < len(around) * _ALIGNED:
        return False
    return (not before or before[-1]) and (not behind or behind[0])


def _judge_change(said: Sequence[str], page: Sequence[str]) -> tuple[str, bool] | None:
    """Judges words that differ inside an aligned clause.

    Returns:
        A message up to the place, and True for an error; None where the difference says little.
    """
    if len(said) > _MOST_ADDED or len(page) > _MOST_ADDED:
        return None
    lost = _find_word(page, HEDGES)
    added = _find_word(said, BOOSTS)
    if lost and not _find_word(said, HEDGES):
        instead = f"“{' '.join(said)}”" if said else "nothing"
        return f"The letter has {instead} where “{lost}” ({HEDGES[lost]}) stands", True
    if added and added not in page:
        return f"“{added}” ({BOOSTS[added]}) is added to words that stand without it", not page
    gained = _find_word(said, HEDGES)
    if gained and not page:
        return f"“{gained}” ({HEDGES[gained]}) is added to words that stand without it", HEDGES[gained] == "a negation"
    return None


def _find_word(words: Sequence[str], table: dict[str, str]) -> str | None:
    joined = f" {' '.join(words)} "
    return next((word for word in table if f" {word} " in joined), None)
