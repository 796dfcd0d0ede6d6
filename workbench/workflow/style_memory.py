"""Examples of style for a run: excerpts of sections that a person approved in earlier runs of this home."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Iterable
from contextlib import aclosing
from typing import Literal

from workbench.case.model import Case
from workbench.drafting.style_example import EXAMPLES_PER_SECTION, StyleExample
from workbench.errors import StoreError, printable
from workbench.live.snapshot import Snapshot
from workbench.record.client_words import ClientWords
from workbench.record.style_excerpts import is_approved, make_style_example
from workbench.text.folding import fold_text
from workbench.workflow.repository import RunRepository

logger = logging.getLogger("workbench")

MAX_RUNS = 50
"""Runs that are looked at, the newest first."""

Scope = Literal["client", "firm"]


class StyleMemory:
    """Finder of examples of style for the sections of one run.

    Runs are read once, when the first section is drafted; a section that is approved later serves later runs.

    Args:
        repository: The runs.
        scope: ``client``: runs of this case id and beneficiary only; ``firm``: of other clients as well.
        case: The case that is drafted.
        thread_id: The run, which is no example for itself.
        section_ids: Its sections.
    """

    def __init__(
        self, repository: RunRepository, scope: Scope, case: Case, thread_id: str, section_ids: Iterable[str]
    ) -> None:
        self._repository = repository
        self._scope = scope
        self._client = _client_of(case.case_id, case.beneficiary.full_reference)
        self._thread_id = thread_id
        self._wanted = frozenset(section_ids)
        self._lock = asyncio.Lock()
        self._found: dict[str, tuple[StyleExample, ...]] | None = None

    async def find(self, section_id: str) -> tuple[StyleExample, ...]:
        """Finds the examples for a section, those of the newest runs first.

        At most two.

        Where the runs cannot be read, there are none: a section is drafted without them.
        """
        async with self._lock:
            if self._found is None:
                self._found = await self._collect()
        return self._found.get(section_id, ())

    async def _collect(self) -> dict[str, tuple[StyleExample, ...]]:
        found: dict[str, tuple[StyleExample, ...]] = {}
        try:
            async with aclosing(self._repository.newest(MAX_RUNS)) as runs:
                async for snapshot in runs:
                    if snapshot.thread_id != self._thread_id:
                        await asyncio.to_thread(self._take, snapshot, found)
                    if all(len(found.get(section_id, ())) == EXAMPLES_PER_SECTION for section_id in self._wanted):
                        break
        except StoreError as error:
            logger.warning("no examples of style: %s", printable(str(error)))
        return found

    def _take(self, snapshot: Snapshot, found: dict[str, tuple[StyleExample, ...]]) -> None:
        """Adds the examples of one run."""
        is_other = _client_of(snapshot.case_id, snapshot.letter.beneficiary) != self._client
        if is_other and self._scope != "firm":
            return
        words = ClientWords(snapshot) if is_other else None
        for section in snapshot.sections:
            known = found.get(section.section_id, ())
            if section.section_id not in self._wanted or len(known) == EXAMPLES_PER_SECTION or not is_approved(section):
                continue
            # A branch has its origin's sections.
            if any(example.approved_sha256 == section.approved_sha256 for example in known):
                continue
            example = make_style_example(snapshot, section, words)
            if example is not None:
                found[section.section_id] = (*known, example)


def _client_of(case_id: str, beneficiary: str) -> tuple[str, str]:
    # Both: two clients may have one name, and two folders one case id.
    return case_id, fold_text(beneficiary).casefold()
