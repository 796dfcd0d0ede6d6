import sqlite3
import threading

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from workbench.case import search
from workbench.case.model import Cite, Document, Fact
from workbench.case.search import PASSAGE_WORDS, MemoryManager, split_passages
from workbench.errors import WorkbenchError


@pytest.fixture
def memory(minimal):
    with MemoryManager(minimal) as manager:
        yield manager


def document(*pages: str) -> Document:
    return Document(sha256="0" * 64, pages=pages, has_text=any(pages))


def test_best_matching_page_comes_first(memory):
    best = memory.passages("Who judges the candidates of the academy?")[0]
    assert (best.exhibit_id, best.page) == ("academy", 2)
    assert "judged by a committee of twelve chemists" in best.text
    scores = [passage.score for passage in memory.passages("medal of chemistry")]
    assert len(scores) > 1
    assert scores == sorted(scores, reverse=True)


def test_search_ignores_inflection_and_accents(memory):
    memory.add("portrait", document("Die Musikerin wurde für ihre Räume gelobt.", "She was composing quartets."))
    assert memory.passages("raume")[0].exhibit_id == "portrait"
    assert memory.passages("composed quartet")[0][:2] == ("portrait", 2)


def test_word_broken_across_lines_is_found(memory):
    memory.add("broken", document("The experi-\nmentalist measured quantum-mechanical spins."))
    assert memory.passages("experimentalist")[0].text == "The experimentalist measured quantum-mechanical spins."


@pytest.mark.parametrize(
    ("written", "query"),
    [
        ("the e\ufb03cient o\ufb03ce", "efficient office"),
        ("ＷＵ ２０１９ award", "wu 2019"),
        ("an ex\u00adperi\u00admental proof", "experimental"),
        ("an experi\u00ad\nmental proof", "experimental"),
        ("an experi-\nmental proof", "experimental"),
        ("a long\u2011lived particle", "long-lived"),
        ("the pro\u200bof", "proof"),
    ],
)
def test_spelling_of_page_hides_nothing(written, query, memory):
    memory.add("written", document(written))
    for asked in (query, query.replace("ffi", "\ufb03"), query.upper()):
        found = [passage.text for passage in memory.passages(asked) if passage.exhibit_id == "written"]
        assert found == [" ".join(written.replace("-\n", "").replace("\u00ad\n", "").split())]


def test_exhibits_and_limit_narrow_the_answer(memory):
    assert {passage.exhibit_id for passage in memory.passages("chemistry", exhibits={"article"})} == {"article"}
    assert len(memory.passages("chemistry", limit=2)) == 2
    assert memory.passages("chemistry", exhibits=()) == ()
    assert memory.passages("chemistry", limit=0) == ()


@pytest.mark.parametrize("query", ["", "   ", '"', "*", "()", "- -", "zyxwv"])
def test_empty_query_finds_nothing(query, memory):
    assert memory.passages(query) == ()


@pytest.mark.parametrize(
    "query", ['medal" OR "', "text: medal", "NOT medal", "medal*", "NEAR(medal)", "^medal", "a AND"]
)
def test_query_syntax_of_fts5_is_inert(query, memory):
    memory.add("plain", document("medal"))
    assert isinstance(memory.passages(query), tuple)


@hypothesis_settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(query=st.text())
def test_any_query_is_answered(query, memory):
    assert isinstance(memory.passages(query), tuple)


def test_adding_again_replaces(memory):
    memory.add("late", document("the zeppelin landed"))
    assert [passage.exhibit_id for passage in memory.passages("zeppelin")] == ["late"]
    memory.add("late", document("the balloon landed"))
    assert memory.passages("zeppelin") == ()
    assert [passage.exhibit_id for passage in memory.passages("balloon")] == ["late"]


def test_failed_indexing_keeps_the_index(memory):
    with pytest.raises(UnicodeEncodeError):
        memory.add("medal", document("fine", "a lone surrogate \ud800"))
    assert {passage.exhibit_id for passage in memory.passages("medal")} >= {"medal"}
    memory.add("medal", document("replaced after all"))
    assert memory.passages("replaced")[0].exhibit_id == "medal"


def test_exhibit_without_text_has_no_passages(memory):
    memory.add("scan", document("", ""))
    assert all(passage.exhibit_id != "scan" for passage in memory.passages("medal chemistry academy"))


def test_ties_follow_exhibits_and_pages(memory):
    for name in ("zz", "aa", "mm"):
        memory.add(name, document("quintessence of brass", "quintessence of brass"))
    found = [passage[:2] for passage in memory.passages("quintessence")]
    assert found == [("zz", 1), ("zz", 2), ("aa", 1), ("aa", 2), ("mm", 1), ("mm", 2)]
    assert found == [passage[:2] for passage in memory.passages("quintessence")]


def test_section_prefers_pages_of_its_facts(memory):
    memory.add("other", document("The telescope was built in 1999."))
    memory.add("cited", document("The telescope was built in 1999.", "The telescope was built in 1999."))
    fact = Fact(text="A telescope was built.", cites=(Cite(exhibit="cited", pages=(2,)),))
    assert [passage[:2] for passage in memory.for_section("Role", ["Organization"], [fact])][:3] == [
        ("cited", 2),
        ("cited", 1),
        ("other", 1),
    ]
    assert len(memory.for_section("Role", [], [fact], limit=1)) == 1
    assert memory.for_section("", [], []) == ()


def test_long_page_leaves_room_for_others(memory):
    paragraph = "The observatory measured the comet again. " * 15
    memory.add("long", document("\n\n".join([paragraph] * 8)))
    memory.add("short", document("The observatory measured the comet once, and that was in the year of the eclipse."))
    fact = Fact(text="The observatory measured the comet.", cites=(Cite(exhibit="long", pages=(1,)),))
    found = memory.for_section("Contributions", [], [fact], limit=4)
    assert found[0].exhibit_id == "long"
    assert "short" in {passage.exhibit_id for passage in found}


def test_passages_hold_every_word_once():
    text = "One short paragraph.\n\n" + "A sentence of six words here. " * 60 + "\n\n" + "word " * 500
    passages = list(split_passages(text))
    assert " ".join(passages).split() == text.split()
    assert all(len(passage.split()) <= PASSAGE_WORDS for passage in passages)


def test_other_threads_may_search_and_add(memory):
    failures: list[Exception] = []

    def work(number: int) -> None:
        try:
            for page in range(20):
                memory.add(f"thread-{number}", document(f"comet {page}"))
                assert memory.passages("comet medal")
        except Exception as error:  # noqa: BLE001 - a thread's failure is asserted in the test's own thread
            failures.append(error)

    threads = [threading.Thread(target=work, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    assert {passage.text for passage in memory.passages("comet")} == {"comet 19"}


def test_without_fts5_the_reason_is_named(minimal, monkeypatch):
    class Bare(sqlite3.Connection):
        def execute(self, statement, *parameters):
            if "fts5" in statement:
                raise sqlite3.OperationalError("no such module: fts5")
            return super().execute(statement, *parameters)

    connect = sqlite3.connect
    monkeypatch.setattr(search.sqlite3, "connect", lambda *args, **kwargs: connect(*args, factory=Bare, **kwargs))
    with pytest.raises(WorkbenchError, match="needs SQLite with FTS5"):
        MemoryManager(minimal)
