"""Search of the exhibits for passages that matter.

The index is SQLite's FTS5, in memory, so no text of a client touches the disk. Queries are words: nothing of a query is
ever read as FTS5 syntax.
"""

from __future__ import annotations

import logging
import re
import sqlite3
import threading
import weakref
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from types import TracebackType
from typing import TYPE_CHECKING, NamedTuple, Self

from workbench.case.model import Case, Document, Fact
from workbench.errors import EmbeddingsError, WorkbenchError
from workbench.text.folding import fold_text

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from workbench.case.embeddings import Embedder

logger = logging.getLogger("workbench")

PASSAGE_WORDS = 120
MAX_QUERY_WORDS = 400
CITED_PAGE_WEIGHT = 2.0
CITED_EXHIBIT_WEIGHT = 1.3
REPEATED_PAGE_WEIGHT = 0.5
"""Weight of each further passage of one page, against the one before: a section should see many pages."""

_FUSED = 200
"""Passages of each ranking that are fused."""

RANK_CONSTANT = 60
"""Of reciprocal rank fusion, as Cormack, Clarke and Büttcher (SIGIR 2009) give it."""

# The words that carry no meaning in a letter. A short list: bm25 weighs the others down by itself.
_STOP_WORDS = frozenset(
    re.findall(
        r"\w+",
        "a an and are as at be been by for from has have he her hers him his i in into is it its of on or she that the "
        "their them they this those to was were which who whose with",
    )
)


class Passage(NamedTuple):
    """A page's passage that bears on a query.

    Attributes:
        exhibit_id: The exhibit.
        page: 1-based page.
        text: The passage, plain text.
        score: Higher is better; comparable within one query only.
    """

    exhibit_id: str
    page: int
    text: str
    score: float


class MemoryManager:
    """Full-text index of one case's exhibits.

    Safe to use from any thread. Close it when done; it is also a context manager.

    Args:
        case: The case; exhibits without text have no passages.
        embedder: Finds passages by meaning as well, and fuses both rankings by reciprocal rank; None: words alone. It
            is asked at the first search; where it fails, passages are found by words.
        notice: Told once where the texts are sent, and once if the embedder fails.

    Raises:
        WorkbenchError: This Python's sqlite3 has no FTS5.

    Examples:
        >>> import workbench
        >>> case = workbench.load_case("wu")
        >>> with workbench.MemoryManager(case) as memory:
        ...     passages = memory.passages("Wolf Prize", limit=3)
        >>> passages[0].exhibit_id in case.documents
        True
    """

    def __init__(
        self, case: Case, embedder: Embedder | None = None, notice: Callable[[str], None] = logger.warning
    ) -> None:
        self._lock = threading.Lock()
        self._embedding = threading.Lock()
        self._notice = notice
        self._has_told = False
        self._unembedded: dict[str, list[str]] = {}
        self._embedder = embedder
        self._vectors: dict[str, tuple[list[int], NDArray[np.float32]]] = {}
        self._case_id = case.case_id
        # sqlite3 is to begin no transaction by itself: add() does, so that its statements are one.
        self._connection = sqlite3.connect(":memory:", check_same_thread=False, isolation_level=None)
        # Python 3.13 warns of a connection that is collected while it is open.
        self._finalizer = weakref.finalize(self, self._connection.close)
        # What SQLite sorts must not touch the disk either.
        self._connection.execute("PRAGMA temp_store = MEMORY")
        try:
            self._connection.execute(
                "CREATE VIRTUAL TABLE passage USING fts5("
                # 2 and not 1, which for compatibility leaves letters with two marks as they are.
                "exhibit_id UNINDEXED, page UNINDEXED, shown UNINDEXED, text, "
                "tokenize = 'porter unicode61 remove_diacritics 2')"
            )
        except sqlite3.OperationalError as error:
            self.close()
            raise WorkbenchError(
                f"the search of exhibits needs SQLite with FTS5, and this Python's sqlite3 has none ({error}); "
                "install a Python from python.org, conda or your distribution"
            ) from None
        for exhibit in case.exhibits:
            self.add(exhibit.id, case.documents[exhibit.id])

    def add(self, exhibit_id: str, document: Document) -> None:
        """Indexes an exhibit, in place of its former index."""
        rows = [
            # Searched in one spelling, shown as it is written.
            (exhibit_id, page, text if (folded := fold_text(text)) != text else None, folded)
            for page, page_text in enumerate(document.pages, start=1)
            for text in split_passages(page_text)
        ]
        with self._lock, self._connection:  # sqlite3 commits, or rolls back where something is raised
            self._connection.execute("BEGIN")
            self._connection.execute("DELETE FROM passage WHERE exhibit_id = ?", (exhibit_id,))
            self._connection.executemany(
                "INSERT INTO passage (exhibit_id, page, shown, text) VALUES (?, ?, ?, ?)", rows
            )
            self._vectors.pop(exhibit_id, None)
            # Not before a search: nothing may be sent before the run has said where to.
            self._unembedded[exhibit_id] = [row[3] for row in rows]

    def __repr__(self) -> str:
        found = f", by words and {self._embedder.name} embeddings" if self._embedder else ""
        return f"<MemoryManager of case {self._case_id}{found}>"

    def passages(self, query: str, *, limit: int = 12, exhibits: Collection[str] | None = None) -> tuple[Passage, ...]:
        """Finds the passages that bear most on a query.

        The best comes first; ties stand in the order of the exhibits and pages.

        Args:
            query: Any text; its words are sought, each in any grammatical form, and punctuation means nothing.
            limit: At most so many passages.
            exhibits: Only these exhibits; None means all.
        """
        candidates = self._candidates(query)
        if exhibits is not None:
            wanted = frozenset(exhibits)
            # In the query it would be no faster, for exhibit ids are not indexed.
            candidates = [candidate for candidate in candidates if candidate.exhibit_id in wanted]
        return self._with_text(candidates[: max(limit, 0)])

    def for_section(
        self, title: str, elements: Iterable[str], facts: Iterable[Fact], *, limit: int = 12
    ) -> tuple[Passage, ...]:
        """Finds the passages from which to draft a section.

        The best comes first.

        Args:
            title: The section's title.
            elements: The titles of its elements.
            facts: The facts the case puts forward in it: their words are sought, the pages they cite weigh double,
                and other pages of a cited exhibit a little more than the rest.
            limit: At most so many passages.
        """
        facts = tuple(facts)
        cited_pages = {(cite.exhibit, page) for fact in facts for cite in fact.cites for page in cite.pages}
        cited_exhibits = {exhibit for exhibit, _ in cited_pages}
        candidates = self._candidates(" ".join([title, *elements, *(fact.text for fact in facts)]))
        weighted = []
        for candidate in candidates:
            weight = 1.0
            if (candidate.exhibit_id, candidate.page) in cited_pages:
                weight = CITED_PAGE_WEIGHT
            elif candidate.exhibit_id in cited_exhibits:
                weight = CITED_EXHIBIT_WEIGHT
            weighted.append(candidate._replace(score=candidate.score * weight))
        return self._with_text(_spread_over_exhibits(weighted)[: max(limit, 0)])

    def close(self) -> None:
        """Forgets everything; the manager cannot be used any more."""
        self._finalizer()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _candidates(self, query: str) -> list[_Candidate]:
        """Finds passages with a word of the query, best first."""
        words = _query_words(query)
        if not words:
            return []
        # In quotation marks a word such as NEAR is no operator.
        expression = " OR ".join(f'"{word}"' for word in words)
        with self._lock:
            rows = self._connection.execute(
                # FTS5 ranks the best match lowest; here a higher score is better.
                "SELECT rowid, exhibit_id, page, -bm25(passage) FROM passage WHERE passage MATCH ? "
                "ORDER BY bm25(passage), rowid",
                (expression,),
            ).fetchall()
        candidates = [_Candidate(*row) for row in rows]
        return candidates if self._embedder is None else self._fuse(query, candidates)

    def _fuse(self, query: str, lexical: list[_Candidate]) -> list[_Candidate]:
        """Fuses the candidates by words with those by meaning."""
        import numpy as np  # noqa: PLC0415 - a search by words alone does without

        try:
            asked = self._embed(query)
        except EmbeddingsError as error:
            self._notice(f"no embeddings ({error}); passages are found by words")
            self._embedder = None
            return lexical
        places = list(self._vectors.values())
        if asked is None or not places:
            return lexical
        numbers = [number for found, _ in places for number in found]
        likeness = np.concatenate([vectors for _, vectors in places]) @ asked
        nearest = [numbers[place] for place in np.argsort(-likeness, kind="stable")[:_FUSED]]
        scores = fuse_ranks([[candidate.row for candidate in lexical[:_FUSED]], nearest])
        with self._lock:
            marks = ",".join("?" * len(scores))
            rows = self._connection.execute(
                f"SELECT rowid, exhibit_id, page FROM passage WHERE rowid IN ({marks})",  # noqa: S608 - question marks only
                tuple(scores),
            ).fetchall()
        found = [_Candidate(row, exhibit_id, page, scores[row]) for row, exhibit_id, page in rows]
        return sorted(found, key=lambda one: (-one.score, one.row))

    def _embed(self, query: str) -> NDArray[np.float32] | None:
        """Embeds a query, and before it what has been added.

        None where another thread saw the embedder fail.
        """
        with self._embedding:
            embedder = self._embedder
            if embedder is None:
                return None
            if embedder.host is not None and not self._has_told:
                self._has_told = True
                self._notice(f"the exhibits' passages are sent to {embedder.host} for {embedder.name} embeddings")
            for exhibit_id, texts in list(self._unembedded.items()):
                vectors = embedder.embed(texts) if texts else None
                with self._lock:
                    select = "SELECT rowid FROM passage WHERE exhibit_id = ? ORDER BY rowid"
                    numbers = [number for (number,) in self._connection.execute(select, (exhibit_id,))]
                    # Replaced by another thread meanwhile: then it is embedded at the next search.
                    if self._unembedded.get(exhibit_id) is texts:
                        del self._unembedded[exhibit_id]
                        if vectors is not None:
                            self._vectors[exhibit_id] = (numbers, vectors)
            row: NDArray[np.float32] = embedder.embed([fold_text(query)])[0]
            return row

    def _with_text(self, candidates: list[_Candidate]) -> tuple[Passage, ...]:
        found = []
        with self._lock:
            for candidate in candidates:
                query = "SELECT coalesce(shown, text) FROM passage WHERE rowid = ?"
                row = self._connection.execute(query, (candidate.row,)).fetchone()
                if row is not None:  # replaced by another thread since the search
                    found.append(Passage(candidate.exhibit_id, candidate.page, row[0], candidate.score))
        return tuple(found)


class _Candidate(NamedTuple):
    row: int
    exhibit_id: str
    page: int
    score: float


def fuse_ranks(rankings: Sequence[Sequence[int]]) -> dict[int, float]:
    """Fuses rankings by reciprocal rank.

    Args:
        rankings: Each lists items, the best first; an item may be missing from some.

    Returns:
        Each item's score: higher is better.

    >>> fused = fuse_ranks([[1, 2], [2, 3]])
    >>> max(fused, key=fused.get)
    2
    """
    scores: dict[int, float] = {}
    for ranking in rankings:
        for rank, item in enumerate(ranking, start=1):
            scores[item] = scores.get(item, 0.0) + 1 / (RANK_CONSTANT + rank)
    return scores


def split_passages(text: str) -> Iterator[str]:
    """Cuts a page into passages of about 120 words.

    It cuts between paragraphs, else between sentences, else anywhere.
    """
    held: list[str] = []
    count = 0
    for piece in _pieces(text):
        words = len(piece.split())
        if held and count + words > PASSAGE_WORDS:
            yield " ".join(held)
            held, count = [], 0
        held.append(piece)
        count += words
    if held:
        yield " ".join(held)


def _pieces(text: str) -> Iterator[str]:
    """Yields short paragraphs whole, longer ones by sentence."""
    # A word broken at the end of a line must be found whole; "re-elected" broken there loses its hyphen, rarely.
    text = re.sub(r"(?<=[^\W\d_])(?:\u00ad-?|[-\u2010](?=\n[ \t]*[a-zß-ÿ]))\n[ \t]*(?=[^\W\d_])", "", text)
    for paragraph in re.split(r"\n[ \t]*\n", text):
        words = paragraph.split()
        if len(words) <= PASSAGE_WORDS:
            if words:
                yield " ".join(words)
            continue
        for sentence in re.split(r"(?<=[.!?;])\s", " ".join(words)):
            sentence_words = sentence.split()
            for start in range(0, len(sentence_words), PASSAGE_WORDS):
                yield " ".join(sentence_words[start : start + PASSAGE_WORDS])


def _query_words(query: str) -> list[str]:
    """Lists the distinct words of a query, in order.

    They are letters and digits only, so nothing of FTS5's syntax remains.
    """
    words = list(dict.fromkeys(re.findall(r"[^\W_]+", fold_text(query).lower())))
    telling = [word for word in words if word not in _STOP_WORDS]
    # A query of stop words alone is sought all the same.
    return (telling or words)[:MAX_QUERY_WORDS]


def _spread_over_exhibits(candidates: list[_Candidate]) -> list[_Candidate]:
    """Reorders candidates so that many pages are seen.

    Each further passage of one page counts half of what the one before it would.
    """
    taken: dict[tuple[str, int], int] = {}
    spread = []
    for candidate in sorted(candidates, key=lambda one: (-one.score, one.row)):
        place = (candidate.exhibit_id, candidate.page)
        spread.append(candidate._replace(score=candidate.score * REPEATED_PAGE_WEIGHT ** taken.get(place, 0)))
        taken[place] = taken.get(place, 0) + 1
    return sorted(spread, key=lambda one: (-one.score, one.row))
