"""Names that stand in another exhibit than the one cited."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from workbench.checks.evidence import EvidencePage
from workbench.checks.names.page_names import MOST_ANCHORS, find_run
from workbench.checks.statements.cited_sentence import CitedSentence
from workbench.text.related_words import find_bases
from workbench.text.tokens import find_tokens

_MANY = 3
"""Exhibits that name what needs none of them: the employer, the country of birth."""


def find_elsewhere(cited: CitedSentence, content: Sequence[str]) -> EvidencePage | None:
    """Finds the page of another exhibit that has a name of which those cited have not one word.

    Args:
        cited: A sentence with its own citation, all pages of which can be read; else None is returned.
        content: Words of its name, without small ones.

    Returns:
        The first page; None as well where many exhibits have the name, or one cited has it in its title or as initials.
    """
    if cited.cites.source != "own" or not cited.is_read_in_full or cited.gap is not None:
        return None
    found = [page for page in cited.evidence.find_pages(content) if find_run(page, content) is not None]
    if not found or len({page.exhibit_id for page in found}) >= _MANY:
        return None
    exhibits = [cited.draft.case.exhibit(cite.exhibit_id) for cite in cited.cites.citations]
    # A letter names its signer on its last page, whichever of its pages is cited.
    pages = [page for exhibit in exhibits for page in cited.evidence.select(exhibit.id)]
    # "The Academy" may be any academy's short name.
    if any(_has_capital(page, word) for page in pages for word in content) or has_initials(pages, content):
        return None
    titles = " ".join(f"{exhibit.title} {exhibit.source} {exhibit.author or ''}" for exhibit in exhibits)
    titled = {token.word for token in find_tokens(titles)}.intersection(content)
    return None if titled.issuperset(content) or not all(map(find_bases, titled)) else found[0]


def has_initials(pages: Iterable[EvidencePage], content: Sequence[str]) -> bool:
    """Tells if a page has the initials of a name in capitals: "EEOC", "U.S."."""
    initials = "".join(word[0] for word in content)
    if len(initials) == 1:
        return False
    forms = (initials, ".".join(initials))
    return any(
        page.text[page.tokens[place].start : page.tokens[place].end].isupper()
        for page in pages
        for form in forms
        for place in page.positions.get(form, ())[:MOST_ANCHORS]
    )


def _has_capital(page: EvidencePage, word: str) -> bool:
    places = page.positions.get(word, ())[:MOST_ANCHORS]
    return any(page.text[page.tokens[place].start].isupper() for place in places)
