"""Check of a letter's figures and dates against the pages that it cites."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from workbench.checks.attribution import select_pages
from workbench.checks.draft import DraftSection
from workbench.checks.evidence import EvidencePage
from workbench.checks.figures.counted_things import is_count_of_share
from workbench.checks.figures.derivations import LOOSE, derive_date, derive_quantity
from workbench.checks.figures.exchanges import find_exchanged
from workbench.checks.figures.matching import (
    LEAST_OTHER,
    LEAST_OVERRULED,
    Match,
    find_statement,
    match_statement,
)
from workbench.checks.figures.operands import is_difference
from workbench.checks.figures.orders import find_reversed
from workbench.checks.figures.other_forms import OTHERS, has_rest, is_counted_by_letter, is_in_other_form, is_unnumbered
from workbench.checks.figures.part_and_whole import find_greater_parts
from workbench.checks.figures.rates import find_other_rates
from workbench.checks.figures.rival_places import find_rival
from workbench.checks.figures.table_cells import find_other_cells
from workbench.checks.figures.table_rows import is_in_named_row
from workbench.checks.finding import Finding, Severity
from workbench.checks.statements.cited_sentence import MOST_PAGES, CitedSentence, find_cited_sentences, nearest_pages
from workbench.checks.statements.dates import DateMention
from workbench.checks.statements.number_words import Comparator, split_words
from workbench.checks.statements.quantities import Quantity
from workbench.checks.statements.statements import Clause, Statement, read_clause, read_page
from workbench.checks.statements.units import ALIKE_UNITS, UNITS
from workbench.text.sentences import find_sentences
from workbench.text.stems import find_stem

CHECK = "fact"
_LEAST_ELSEWHERE = 0.5
"""Likeness from which a value on a page that is not cited is the statement of the draft."""
_LEAST_COMPARATOR = 0.15
_LEAST_NEAR = 0.2
"""Likeness from which another small number of the same noun is worth a look."""
_LEAST_EXACT = 0.5
_TELLING = 100
"""Numbers from here on are the draft's wherever they stand."""
_OWN_PARTS = frozenset(
    map(find_stem, ["criteria", "criterion", "exhibits", "sections", "parts", "prongs", "steps", "paragraphs", "pages"])
)
"""Parts of a letter, which it counts for itself."""
SMALL = 12
"""Up to here a number may count what the letter itself goes through."""
_MOST_STATEMENTS = 60
# From the comparator that claims least to the one that claims most.
_CLAIMS: tuple[Comparator, ...] = ("fewer", "most", "nearly", "about", "exactly", "least", "more")


def fact(draft: DraftSection) -> Iterator[Finding]:
    """Finds figures and dates that the cited pages contradict or do not carry."""
    for cited in find_cited_sentences(draft):
        missing: list[Statement] = []
        if len(cited.statements) > _MOST_STATEMENTS:
            beyond = len(cited.statements) - _MOST_STATEMENTS
            draft.coverage.skip(CHECK, "more figures in one sentence than are compared", beyond)
        for statement in cited.statements[:_MOST_STATEMENTS]:
            result = look_up(cited, statement)
            if isinstance(result, str):
                draft.coverage.skip(CHECK, result)
            elif isinstance(result, Finding):
                draft.coverage.check(CHECK)
                yield result
            else:
                draft.coverage.check(CHECK)
                if not result:
                    missing.append(statement)
        if missing:
            yield _report_missing(cited, missing)
        yield from _find_exchanged(cited)
        for one, other in find_reversed(cited.clause):
            yield draft.finding(
                CHECK,
                "error",
                f"“{cited.words(one)}” and “{cited.words(other)}” are in the wrong order for what the sentence says.",
                at=cited.place(one.start, other.end),
                suggestion="Correct the figures, or the word, by the page.",
            )
        yield from _find_misplaced(cited)
        yield from _find_other_rates(cited)
        for part, whole in find_greater_parts(cited.clause):
            yield draft.finding(
                CHECK,
                "error",
                f"“{cited.words(part)}” cannot be a part of “{cited.words(whole)}”.",
                at=cited.place(min(part.start, whole.start), max(part.end, whole.end)),
                suggestion="Correct one of the two by the page.",
            )


def _find_exchanged(cited: CitedSentence) -> Iterator[Finding]:
    """Finds two values of a sentence that the pages give the other way round."""
    if not cited.pages:
        return
    pages = nearest_pages(cited.evidence, cited.clause, cited.pages)
    for one, other, page in find_exchanged(cited.clause, pages, cited.evidence.weigh):
        yield cited.draft.finding(
            CHECK,
            "warning",
            f"“{cited.words(one)}” and “{cited.words(other)}” stand on {_name(cited, page)} the other way round.",
            at=cited.place(one.start, other.end),
            suggestion="Exchange them, or cite the page that carries them so.",
        )


def _find_misplaced(cited: CitedSentence) -> Iterator[Finding]:
    """Finds figures that stand in another row or column of a table than the one that the sentence names."""
    if not cited.pages:
        return
    subject = find_stem(cited.draft.case.beneficiary.surname.casefold())
    pages = nearest_pages(cited.evidence, cited.clause, cited.pages)
    known: set[int] = set()
    before = _read_before(cited)
    own = {one.start: one for one in cited.statements}
    for one in find_other_cells(cited.clause_with_quotations, pages, subject, before):
        said = own.get(one.said.start)
        if said is None or said.start in known:
            continue
        known.add(said.start)
        yield cited.draft.finding(
            CHECK,
            "warning" if one.page.recognized else "error",
            f"“{cited.words(said)}” stands in another place of {_name(cited, one.page)}, which has “{one.words}”.",
            at=cited.place(said.start, said.end),
            suggestion="Take the figure of what the sentence names.",
        )


def _read_before(cited: CitedSentence) -> list[Clause]:
    """Reads the sentences before one in its paragraph, the last first, which name what "it" and "the film" are."""
    start = cited.paragraph.text.find(cited.clause.text)
    sentences = [*find_sentences(cited.paragraph.text[:start])] if start > 0 else []
    return [read_clause(cited.paragraph.text[slice(*span)]) for span in reversed(sentences[-_MOST_BEFORE:])]


_MOST_BEFORE = 3
"""Sentences before one that may name what it is about."""


def _find_other_rates(cited: CitedSentence) -> Iterator[Finding]:
    """Finds figures that the pages give for another length of time: ``a month`` for ``a year``."""
    pages = nearest_pages(cited.evidence, cited.clause, cited.pages) if cited.pages else ()
    for said, period, page, _, other in find_other_rates(cited.clause, pages):
        yield cited.draft.finding(
            CHECK,
            "warning" if page.recognized else "error",
            f"“{cited.words(said)}” for {_ARTICLES.get(period, 'a')} {period} here, but for"
            f" {_ARTICLES.get(other, 'a')} {other} on {_name(cited, page)}.",
            at=cited.place(said.start, said.end),
            suggestion="Correct the length of time by the page.",
        )


_ARTICLES = {"hour": "an"}


def look_up(cited: CitedSentence, statement: Statement) -> Finding | str | bool:
    """Looks up one statement.

    Returns:
        A finding; the reason for which it could not be looked up; True if it was found, False if not.
    """
    if not cited.pages:
        return _look_everywhere(cited, statement)
    pages = nearest_pages(cited.evidence, cited.clause, cited.pages)
    match = match_statement(statement, cited.clause, pages, cited.evidence.weigh)
    match match.verdict:
        case "found" | "in part":
            return _look_at_rival(cited, statement, match, pages) or _look_at_least(cited, statement, match) or True
        case "comparator" | "not found" if is_in_other_form(statement, cited.clause, [*map(read_page, cited.pages)]):
            return True
        case "comparator":
            return _look_at_comparator(cited, statement, match) or True
        case "other value":
            return _look_at_other(cited, statement, match, pages)
        case "not found":
            way = derive(cited, statement)
            follows = way is not None and not (way == LOOSE and _is_stated(statement, match))
            return True if follows else _look_beyond(cited, statement, match)


def _look_at_rival(
    cited: CitedSentence, statement: Statement, match: Match, pages: Sequence[EvidencePage]
) -> Finding | None:
    """Finds another value in the place of one that stands on the pages for something else."""
    rival = find_rival(statement, cited.clause, pages, cited.evidence.weigh, match.score)
    if rival is None or derive(cited, statement, placed=True) is not None:
        return None
    return _contradict(cited, statement, rival, "warning")


def _look_at_other(
    cited: CitedSentence, statement: Statement, match: Match, pages: Sequence[EvidencePage]
) -> Finding | str | bool:
    """Looks up a statement for which the cited pages have another value."""
    if isinstance(statement, Quantity) and _is_of_rest(statement, match):
        return "a count of others, which depends on those named beside it"
    other = match.other
    if isinstance(statement, Quantity) and isinstance(other, Quantity) and is_count_of_share(statement, other):
        return _contradict(cited, statement, match, "error")
    # A citation that is not the sentence's own may be that of its neighbours.
    foreign = cited.cites.source != "own" and _find_elsewhere(cited, statement) is not None
    # "410 patients fewer" differs from the number of patients that the page gives.
    differs = isinstance(statement, Quantity) and is_difference(statement, cited.clause)
    least = LEAST_OVERRULED if differs else LEAST_OTHER
    follows = (
        foreign
        or any(is_in_named_row(statement, cited.clause, read_page(page)) for page in pages)
        or derive(cited, statement, placed=match.score >= least) is not None
    )
    return True if follows else _contradict(cited, statement, match, "warning" if match.stands else "error")


def _is_of_rest(quantity: Quantity, match: Match) -> bool:
    return quantity.kind == "count" and (
        quantity.noun == OTHERS or (match.page is not None and has_rest(quantity, read_page(match.page)))
    )


def _look_beyond(cited: CitedSentence, statement: Statement, match: Match) -> Finding | str | bool:
    """Looks up what the cited pages do not state on the others."""
    if cited.gap is not None:
        return _look_everywhere(cited, statement)
    elsewhere = _find_elsewhere(cited, statement)
    if elsewhere is not None and elsewhere.page is not None:
        own = cited.cites.source == "own" and cited.is_read_in_full
        return cited.draft.finding(
            CHECK,
            "error" if own else "warning",
            f"“{cited.words(statement)}” is not on the pages cited; it stands on {_name(cited, elsewhere.page)}.",
            at=cited.place(statement.start, statement.end),
            suggestion="Cite the page that carries it.",
            evidence=elsewhere.evidence,
        )
    if is_unnumbered(statement, cited.clause, [*map(read_page, cited.pages)]):
        return "an order or a rest that the pages do not count"
    if isinstance(statement, Quantity) and statement.kind in {"count", "rank"} and statement.value <= SMALL:
        if match.page is not None and match.score >= _LEAST_NEAR:
            return _contradict(cited, statement, match, "warning")
        if is_counted_by_letter(statement, cited.clause) or statement.noun in _OWN_PARTS:
            return "a small number of what the letter itself goes through"
    return False if cited.is_read_in_full else "part of the exhibit could not be read"


def _is_stated(statement: Statement, match: Match) -> bool:
    """Tells if the pages give a length of time that is near to being the draft's: nobody reckons it from dates then."""
    one, other = statement, match.other
    if not isinstance(one, Quantity) or not isinstance(other, Quantity) or one.noun not in UNITS:
        return False
    return other.noun in ALIKE_UNITS[one.noun] and match.score >= _LEAST_NEAR


def _look_at_comparator(cited: CitedSentence, statement: Statement, match: Match) -> Finding | None:
    if not isinstance(statement, Quantity) or not isinstance(match.other, Quantity):
        return None
    severity = judge_comparator(statement, match.other)
    # A large number seldom stands on a page for two things, and none counts the same twice.
    overstates = statement.comparator in {"more", "least"}
    least = _LEAST_COMPARATOR if statement.value <= SMALL else _LEAST_NEAR / (4 if overstates else 2)
    counts = statement.comparator == "more" and (
        statement.value % 1 != 0 or (statement.value > SMALL and statement.counts_same(match.other))
    )
    if (statement.value >= _TELLING or counts) and match.other.comparator == "exactly":
        least = 0.0
    return None if severity is None or match.score < least else _contradict(cited, statement, match, severity)


def _look_at_least(cited: CitedSentence, statement: Statement, match: Match) -> Finding | None:
    """Finds ``at least nine`` where the page says nine: true, and yet not what the page says."""
    if not isinstance(statement, Quantity) or not isinstance(match.other, Quantity) or match.score < _LEAST_EXACT:
        return None
    exact = statement.comparator == "least" and match.other.comparator == "exactly"
    return _contradict(cited, statement, match, "warning") if exact and statement.value == match.other.value else None


def derive(cited: CitedSentence, statement: Statement, *, placed: bool = False) -> str | None:
    """Finds the way in which a statement follows from the cited pages, or None.

    Args:
        cited: The sentence.
        statement: One of its statements.
        placed: True where the pages have another value in its very place: then only what the letter itself gives
            beside it is reckoned with.
    """
    pages = [read_page(page) for page in cited.pages[:MOST_PAGES]]
    if isinstance(statement, DateMention):
        dated = not _DATED.isdisjoint(cited.clause.words) and _is_date_of_document(cited, statement)
        return "the date of the document" if dated else derive_date(statement, pages)
    exhibits = len({cite.exhibit_id for cite in cited.cites.citations})
    filed = cited.draft.case.filing_date
    years = set() if filed is None else {filed.year}
    subject = find_stem(cited.draft.case.beneficiary.surname.casefold())
    return derive_quantity(
        statement, cited.clause, pages, exhibits, years, cited.paragraph, placed=placed, subject=subject
    )


def _is_date_of_document(cited: CitedSentence, date: DateMention) -> bool:
    """Tells if a date stands at the head or end of a cited exhibit: it is that of the letter or report."""
    for cite in cited.cites.citations:
        for page in cited.evidence.select(cite.exhibit_id):
            clause = read_page(page)
            edges = {*range(_EDGE), *range(len(clause.tokens) - _EDGE, len(clause.tokens))}
            if date.month is not None and any(date.is_in(one) and one.first in edges for one in clause.dates):
                return True
    return False


_DATED = frozenset(
    split_words("letter letters dated report article review issue statement certificate declaration affidavit")
)
"""Words for a document that has a date."""
_EDGE = 30
"""Words at either end of a page among which its document's date stands."""


def judge_comparator(said: Quantity, page: Quantity) -> Severity | None:
    """Judges one value with two comparators: ``more than 187`` where the page says 187 claims too much.

    Returns:
        ``error`` where the draft claims more than the page, ``warning`` where it claims less or otherwise, None
        where both can be meant.
    """
    if said.comparator == "top" or page.comparator == "top":
        return None
    if _CLAIMS.index(said.comparator) > _CLAIMS.index(page.comparator):
        return "error"
    # "At least" where the page says exactly, or "nearly" for "more than", takes nothing that is not there.
    return "warning"


def _look_everywhere(cited: CitedSentence, statement: Statement) -> Finding | str | bool:
    """Looks up a statement that has no page of its own on all pages and among the facts of the case file."""
    pages = cited.likely_pages
    match = match_statement(statement, cited.clause, pages, cited.evidence.weigh)
    if match.verdict in {"found", "in part"} and match.score >= _LEAST_ELSEWHERE:
        return True
    if match.verdict == "other value" and match.score >= LEAST_OVERRULED and not derive(cited, statement):
        return _contradict(cited, statement, match, "error")
    if (
        match.verdict == "comparator"
        and match.score >= LEAST_OVERRULED
        and isinstance(statement, Quantity)
        and isinstance(match.other, Quantity)
        and judge_comparator(statement, match.other) == "error"
    ):
        return _contradict(cited, statement, match, "error")
    return cited.gap or True


def _find_elsewhere(cited: CitedSentence, statement: Statement) -> Match | None:
    """Finds a statement on pages that are not cited, those of the cited exhibits first."""
    draft = cited.draft
    exclude = set(select_pages(draft, cited.cites.citations))
    pages = (page for page in cited.likely_pages if page not in exclude)
    match = find_statement(statement, cited.clause, pages, cited.evidence.weigh)
    return match if match.score >= _LEAST_ELSEWHERE else None


def _name(cited: CitedSentence, page: EvidencePage) -> str:
    return cited.draft.name_exhibit(page.exhibit_id, (page.page,))


def _contradict(cited: CitedSentence, statement: Statement, match: Match, severity: Severity) -> Finding:
    message = f"“{cited.words(statement)}” here, but “{match.words}”"
    if match.page is not None:
        message += f" on {_name(cited, match.page)}."
        # What OCR read may be wrong itself.
        severity = "warning" if match.page.recognized else severity
    return cited.draft.finding(
        CHECK,
        severity,
        message,
        at=cited.place(statement.start, statement.end),
        suggestion="Correct the letter, or cite the page that carries it.",
        evidence=match.evidence,
    )


def _report_missing(cited: CitedSentence, missing: Sequence[Statement]) -> Finding:
    words = ", ".join(f"“{cited.words(statement)}”" for statement in missing)
    names = "; ".join(dict.fromkeys(cited.draft.name_exhibit(cite.exhibit_id) for cite in cited.cites.citations))
    return cited.draft.finding(
        CHECK,
        "warning",
        f"Not found on the pages cited, {names}: {words}.",
        at=cited.place(missing[0].start, missing[-1].end),
        suggestion="Cite the page that carries it, or strike it.",
    )
