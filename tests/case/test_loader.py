import hashlib
import os
import shutil
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from workbench.case.loader import known_cases, load_case
from workbench.config import Settings
from workbench.errors import CaseError

CASES = Path(__file__).parent.parent / "cases"


@pytest.mark.parametrize("raw", [b"- a\n", b"hello\n"])
def test_root_must_be_a_mapping(raw, folder, settings):
    (folder / "case.yaml").write_bytes(raw)
    with pytest.raises(CaseError, match=r"case\.yaml:1: a group of fields is wanted here; write its fields below it"):
        load_case(folder, settings=settings)


def test_invalid_yaml_is_one_case_error(folder, settings):
    (folder / "case.yaml").write_text("schema: 1\ntitle: [a\n", encoding="utf-8")
    with pytest.raises(CaseError, match=r"case\.yaml:3: not valid YAML"):
        load_case(folder, settings=settings)


def test_all_problems_come_in_file_order(folder, edit, settings):
    edit("schema: 1", "schema: 7")
    edit("  surname: Example\n", "")
    edit("criterion: membership", "criterion: member")
    edit("{exhibit: medal, pages: [2]}", "{exhibit: medal, pages: [9]}")
    edit("exhibits/article.md", "exhibits/gone.md")
    edit("kind: statement", "kind: statement\n    colour: red")
    with pytest.raises(CaseError) as caught:
        load_case(folder, settings=settings)
    problems = caught.value.problems
    assert [problem.field for problem in problems] == [
        "schema",
        "beneficiary.surname",
        "claims[0].items[0].elements.recognized[0].cites[0].pages[0]",
        "claims[1].criterion",
        "exhibits[2].file",
        "exhibits[3].colour",
    ]
    lines = [problem.line for problem in problems]
    assert lines == sorted(lines)
    assert str(caught.value).count("\n") == len(problems) - 1


def test_yaml_scalars_stay_text(folder, edit, settings):
    edit("title: Dr. Ada Example, an invented chemist", "title: 1984")
    edit("kind: award", "kind: award\n    language: no")
    case = load_case(folder, settings=settings)
    assert case.title == "1984"
    assert case.exhibits[0].language == "no"
    assert case.exhibits[0].date == "2021-05-04"
    assert case.exhibits[2].date == "2020"
    assert case.claims[0].items[0].elements["received"][0].cites[0].pages == (1,)


def test_problems_of_one_field_add_up(folder, edit, settings):
    edit("case_id: minimal", "case_id: not an id\ncase_id: minimal")
    with pytest.raises(CaseError) as caught:
        load_case(folder, settings=settings)
    assert [(problem.line, problem.what) for problem in caught.value.problems] == [
        (3, "'not an id' does not have the right form"),
        (4, "the field is given twice, first on line 3"),
    ]


def test_unknown_name_is_reported_once(folder, edit, settings):
    edit("criterion: membership", "criterion: two words")
    edit("exhibits/medal.md", '"exhibits/a\\nb.md"')
    with pytest.raises(CaseError) as caught:
        load_case(folder, settings=settings)
    assert [problem.field for problem in caught.value.problems] == ["claims[1].criterion", "exhibits[0].file"]


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("\nexhibits:\n", "\nexhibits: none\nextra_exhibits:\n", None),
        ("\nexhibits:\n", "\nexhibts:\n", "exhibts: unknown field; did you mean exhibits?"),
        ("{exhibit: medal", "{exibit: medal", "cites[0].exibit: unknown field; did you mean exhibit?"),
        (
            "{exhibit: medal",
            "{document: medal",
            "document: unknown field, and exhibit is missing; rename it to exhibit",
        ),
        ("pages: [1]", "pages: one", "pages: a list is wanted here"),
        ("  - id: medal", "  - idd: medal", "exhibits[0].idd: unknown field; did you mean id?"),
        ("  - id: medal", "  - id:", "exhibits[0].id: the field is empty"),
        ("  - id: medal", "  - id: a b", "exhibits[0].id: 'a b' does not have the right form"),
        ("  - id: medal", "  - id: medall", "'medal', here and in 5 more places; did you mean medall?"),
        ("beneficiary:\n", "benefactor:\n", "benefactor: unknown field"),
        ("narrative:\n", "narative:\n", "narative: unknown field; did you mean narrative?"),
        ("          received:", "          recieved:", "did you mean received?"),
    ],
)
def test_one_slip_is_one_problem(folder, edit, settings, old, new, says):
    edit(old, new)
    with pytest.raises(CaseError) as caught:
        load_case(folder, settings=settings)
    problems = [problem for problem in caught.value.problems if problem.field != "extra_exhibits"]
    assert len(problems) == 1, problems
    assert says is None or says in str(problems[0])


def test_fields_below_misspelt_name_are_checked(folder, edit, settings):
    edit("\nexhibits:\n", "\nexhibts:\n")
    edit("exhibits/article.md", "exhibits/gone.md")
    with pytest.raises(CaseError) as caught:
        load_case(folder, settings=settings)
    assert [problem.field for problem in caught.value.problems] == ["exhibts", "exhibits[2].file"]
    lines = (folder / "case.yaml").read_text(encoding="utf-8").splitlines()
    assert "gone.md" in lines[caught.value.problems[1].line - 1]


def test_case_is_equal_after_exhibit_lookup(minimal, settings):
    assert minimal.exhibit_number("academy") == 2
    assert minimal.exhibit("academy").title.startswith("Election notice")
    assert minimal == load_case("minimal", settings=settings)
    with pytest.raises(KeyError):
        minimal.exhibit("nobody")


def test_a_title_is_one_line(folder, edit, settings):
    edit("title: Invented Medal for Chemistry (2021)", r'title: "Medal\n\n# Another   heading"')
    assert load_case(folder, settings=settings).claims[0].items[0].title == "Medal # Another heading"


def test_case_found_by_folder_file_name(folder, settings, monkeypatch):
    monkeypatch.chdir(folder.parent.parent)
    by_folder = load_case(folder, settings=settings)
    assert by_folder == load_case(str(folder / "case.yaml"), settings=settings)
    assert by_folder.root == folder
    by_name = load_case("minimal", settings=settings)
    assert by_name.root == CASES / "minimal"
    assert by_name.digest == by_folder.digest
    monkeypatch.chdir(folder)
    assert load_case(".", settings=settings).root == folder


def test_settings_come_from_the_environment(monkeypatch):
    monkeypatch.setenv("WORKBENCH_CASES", str(CASES))
    assert load_case("artist").case_id == "artist"


def test_unknown_case_lists_known_ones(tmp_path, settings):
    assert known_cases(settings) == ["artist", "minimal"]
    with pytest.raises(CaseError, match="minimol: no such case; did you mean minimal"):
        load_case("minimol", settings=settings)
    with pytest.raises(
        CaseError, match=r"qqq: no such case; give a case folder, or one of the cases in .*: artist, min"
    ):
        load_case("qqq", settings=settings)
    with pytest.raises(CaseError, match=r"a folder without a case\.yaml; .*: artist, minimal"):
        load_case(tmp_path, settings=settings)
    with pytest.raises(CaseError, match=r"no such case; give a case folder .* holds no case"):
        load_case("qqq", settings=settings.model_copy(update={"cases": tmp_path / "none"}))


def test_file_of_other_name_is_refused(folder, settings):
    (folder / "case.yaml").rename(folder / "case.yml")
    with pytest.raises(CaseError, match=r"not a case\.yaml; give the case folder, or rename"):
        load_case(folder / "case.yml", settings=settings)


@pytest.mark.parametrize("name", ["a\0b", "x" * 5_000, "", "..", "~", "*"])
def test_odd_names_are_one_problem(name, settings, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    with pytest.raises(CaseError) as caught:
        load_case(name, settings=settings)
    assert len(caught.value.problems) == 1


def test_symbolic_links_stay_inside_the_case(folder, settings, tmp_path):
    medal = folder / "exhibits" / "medal.md"
    inside = shutil.move(medal, folder / "kept.md")
    medal.symlink_to(inside)
    load_case(folder, settings=settings)
    medal.unlink()
    outside = shutil.move(inside, tmp_path / "secret.md")
    medal.symlink_to(outside)
    with pytest.raises(CaseError, match="a symbolic link that leaves the case folder"):
        load_case(folder, settings=settings)
    medal.unlink()
    medal.symlink_to(medal)
    with pytest.raises(CaseError, match=r"exhibits\[0\].file: 'exhibits/medal.md': "):
        load_case(folder, settings=settings)


def test_case_folder_may_be_a_link(folder, settings, tmp_path):
    link = tmp_path / "link"
    link.symlink_to(folder)
    assert load_case(link, settings=settings).case_id == "minimal"


def test_a_pipe_is_not_read(folder, settings):
    (folder / "exhibits" / "medal.md").unlink()
    os.mkfifo(folder / "exhibits" / "medal.md")
    with pytest.raises(CaseError, match="not a file; give the path of the document itself"):
        load_case(folder, settings=settings)


def test_digest_follows_bytes_and_names(folder, edit, settings):
    digests = {load_case(folder, settings=settings).digest}
    edit("# The smallest", "# A small")
    digests.add(load_case(folder, settings=settings).digest)
    with (folder / "exhibits" / "medal.md").open("a", encoding="utf-8") as stream:
        stream.write(" ")
    digests.add(load_case(folder, settings=settings).digest)
    assert len(digests) == 3
    shutil.copy(folder / "exhibits" / "medal.md", folder / "not-listed.md")
    assert load_case(folder, settings=settings).digest in digests


def test_the_digest_is_what_sha256sum_prints(folder, minimal):
    def digest(raw: bytes) -> str:
        return hashlib.sha256(raw).hexdigest()

    files = ["case.yaml", *(f"exhibits/{name}" for name in ("medal.md", "academy.txt", "article.md", "statement.txt"))]
    listing = "".join(f"{digest((folder / file).read_bytes())}  {file}\n" for file in files)
    assert minimal.digest == digest(listing.encode())


def test_the_artist_claims_other_criteria(artist):
    assert [claim.criterion for claim in artist.claims] == [
        "published_material",
        "judging",
        "display",
        "commercial_success",
        "comparable_evidence",
    ]
    assert artist.claims[-1].in_place_of == "high_salary"
    assert artist.exhibit("portrait-de").translation == "portrait-en"
    assert artist.exhibit_number("portrait-en") == 2
    assert "Räume aus Klang" in artist.documents["portrait-de"].pages[0]


TEXT = (CASES / "minimal" / "case.yaml").read_text(encoding="utf-8")
FRAGMENTS = st.one_of(
    st.sampled_from(
        ["\n", "  ", "\t", "- ", ": ", "{", "}", "[", "]", "&a ", "*a", "!!x ", "? ", "'", '"', "|\n", "#", "---\n",
         "null", "~", "<<", "0", "-1", "1e999", "1" * 5_000, ".", "..", "/", "\\", "%", "@", "\x85", "﻿", "\0"]
    ),
    st.text(max_size=8),
)  # fmt: skip


@pytest.fixture(scope="module")
def spoiled(tmp_path_factory) -> Path:
    return Path(shutil.copytree(CASES / "minimal", tmp_path_factory.mktemp("fuzz") / "minimal"))


@hypothesis_settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(changes=st.lists(st.tuples(st.integers(0, len(TEXT)), st.integers(0, 40), FRAGMENTS), min_size=1, max_size=4))
def test_spoiled_text_raises_only_case_error(changes, spoiled):
    text = TEXT
    for start, length, fragment in changes:
        text = text[:start] + fragment + text[start + length :]
    (spoiled / "case.yaml").write_text(text, encoding="utf-8", errors="surrogatepass")
    problems = ()
    try:
        case = load_case(spoiled, settings=Settings(cases=CASES))
    except CaseError as error:
        problems = error.problems or ("an error without a problem",)
    else:
        assert case.documents.keys() == {exhibit.id for exhibit in case.exhibits}
    for problem in problems:
        assert problem.file
        assert problem.what
        assert problem.remedy
        assert "\n" not in str(problem)
