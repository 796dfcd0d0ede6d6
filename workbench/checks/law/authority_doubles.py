"""One decision under two names, or one name at two places, in a letter."""

from __future__ import annotations

import re
from collections.abc import Iterator

from workbench.checks.draft import DraftText
from workbench.checks.finding import Finding
from workbench.checks.law.case_name import compare_names
from workbench.checks.law.cited_authority import CitedAuthority, cite_key, find_authorities
from workbench.checks.letter import Letter

CHECK = "authority-doubles"


def authority_doubles(letter: Letter) -> Iterator[Finding]:
    """Finds a cite with two names and a name with two cites: one of the two is a slip, or invented."""
    by_cite: dict[str, CitedAuthority] = {}
    by_name: dict[tuple[str, str], CitedAuthority] = {}
    for section in letter.body:
        before: CitedAuthority | None = None
        for cited in find_authorities(section.content):
            if cited.kind != "reporter" or not cited.name:
                continue
            letter.coverage.check(CHECK)
            yield from _compare(section, cited, by_cite, by_name, parallel=_is_parallel(section, before, cited))
            before = cited


def _compare(
    section: DraftText,
    cited: CitedAuthority,
    by_cite: dict[str, CitedAuthority],
    by_name: dict[tuple[str, str], CitedAuthority],
    *,
    parallel: bool,
) -> Iterator[Finding]:
    at = (cited.start, cited.end)
    other = by_cite.setdefault(cite_key(cited.cite), cited)
    if compare_names(other.name, cited.name) == "other":
        message = f"{cited.cite} is cited as {other.name} and as {cited.name}."
        yield section.finding(CHECK, "warning", message, at=at, suggestion="Read the decision, and name it once.")
    # Two reporters may print one decision; two places in one reporter are two decisions, or one slip.
    other = by_name.setdefault((re.sub(r"\W+", "", cited.name.casefold()), cited.reporter), cited)
    if not parallel and cite_key(other.cite) != cite_key(cited.cite) and other.year in {cited.year, None}:
        message = f"{cited.name} is cited as {other.cite} and as {cited.cite}."
        yield section.finding(CHECK, "warning", message, at=at, suggestion="Read the decision, and correct the cite.")


def _is_parallel(section: DraftText, before: CitedAuthority | None, cited: CitedAuthority) -> bool:
    return (
        before is not None and before.end <= cited.start and not section.content[before.end : cited.start].strip(" ,\n")
    )
