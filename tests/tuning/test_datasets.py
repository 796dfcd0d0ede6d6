"""Data sets as JSON lines: written as the packages of LangSmith and OpenAI read them, and read back."""

from __future__ import annotations

import json
import stat

import pytest
from langsmith.schemas import ExampleCreate

from workbench.errors import InputError
from workbench.tuning.datasets import FORMATS, Example, Message, read_dataset, write_dataset

ASKED = (Message("system", "You draft."), Message("user", "Facts:\n- “Wolf” \u2028 prize\n"))
FULL = Example(
    ASKED,
    answer="Dr. Wu received it [@medal, p. 1].\n",
    draft="She won it.\n",
    case_id="wu",
    section_id="awards",
    prompt_version="awards@0123456789ab+ba9876543210",
    model="small at 127.0.0.1:1",
    label="edited",
    note="name the exhibit",
    at="2026-03-02T10:00:00.000000Z",
)
UNSAID = Example(ASKED, case_id="wu", section_id="intro", draft="A draft nobody judged.")


def rows(path):
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines() if line] if path else []


def test_what_is_written_is_read_back_whole(tmp_path):
    form = "langsmith"
    file = tmp_path / "set.jsonl"
    written = write_dataset([FULL, UNSAID], file, form)
    assert (written.examples, written.left_out) == (2, {})
    assert read_dataset(file) == (FULL, UNSAID)
    assert read_dataset(file, form) == (FULL, UNSAID)


def test_chat_keeps_the_conversation_only(tmp_path):
    file = tmp_path / "set.jsonl"
    written = write_dataset([FULL, UNSAID], file, "openai-chat")
    assert (written.examples, written.left_out) == (1, {"nobody said what was wanted": 1})
    assert read_dataset(file) == (Example(ASKED, FULL.answer),)
    assert rows(file) == [
        {
            "messages": [
                {"role": "system", "content": "You draft."},
                {"role": "user", "content": ASKED[1].content},
                {"role": "assistant", "content": FULL.answer},
            ]
        }
    ]


def test_langsmiths_own_package_takes_the_lines(tmp_path):
    file = tmp_path / "set.jsonl"
    write_dataset([FULL, UNSAID], file, "langsmith")
    for row, example in zip(rows(file), (FULL, UNSAID), strict=True):
        assert row.keys() == {"inputs", "outputs", "metadata"}
        taken = ExampleCreate(inputs=row["inputs"], reference_outputs=row["outputs"], metadata=row["metadata"])
        assert taken.inputs == {"messages": [{"role": one.role, "content": one.content} for one in ASKED]}
        if example.answer is not None:
            assert taken.reference_outputs == {"message": {"role": "assistant", "content": example.answer}}


def test_what_others_write_is_read(tmp_path):
    file = tmp_path / "set.jsonl"
    lines = [
        {"inputs": {"question": "Why?"}, "outputs": {"answer": "Because."}},
        {"inputs": {"messages": [{"type": "human", "data": {"content": "Why?"}}]}, "outputs": {"output": "Because."}},
        {"inputs": {"messages": [{"role": "user", "content": [{"type": "text", "text": "Wh"},
                                                              {"type": "text", "text": "y?"}]}]},
         "outputs": {"messages": [{"type": "ai", "content": "Because."}]}},
        {"messages": [{"role": "user", "content": "Why?"}, {"role": "assistant", "content": "Because."}]},
        {"inputs": {"question": "Why?"}, "reference_outputs": {"said": "Because."}, "metadata": None},
    ]  # fmt: skip
    text = "\ufeff" + "\r\n".join(json.dumps(line) for line in lines) + "\r\n\r\n"
    file.write_text(text, encoding="utf-8")
    assert read_dataset(file) == (Example((Message("user", "Why?"),), "Because."),) * len(lines)


def test_a_label_that_is_none_of_ours_is_not_taken_over(tmp_path):
    file = tmp_path / "set.jsonl"
    file.write_text('{"inputs": {"q": "Why?"}, "metadata": {"label": "golden", "case": 7}}\n', encoding="utf-8")
    (example,) = read_dataset(file)
    assert (example.label, example.case_id) == (None, None)


def test_every_bad_line_is_named_with_its_number(tmp_path):
    file = tmp_path / "set.jsonl"
    bad = [
        '{"inputs": {"q": "Why?"}}',
        "{",
        "[1]",
        '{"question": "Why?"}',
        '{"messages": []}',
        '{"messages": [{"role": "assistant", "content": "Because."}]}',
        '{"messages": [{"role": "tool", "content": "x"}]}',
        '{"messages": [{"role": "user", "content": [{"type": "image_url"}]}]}',
        '{"inputs": {"a": "x", "b": "y"}}',
        '{"inputs": "x"}',
        '{"inputs": {"q": "x"}, "outputs": {"n": 1}}',
        '{"inputs": {"q": "x"}, "metadata": [1]}',
        "\x00",
    ]
    file.write_text("\n".join(bad), encoding="utf-8")
    with pytest.raises(InputError) as caught:
        read_dataset(file)
    assert [problem.line for problem in caught.value.problems] == list(range(2, len(bad) + 1))
    assert all(problem.file == str(file) and problem.remedy for problem in caught.value.problems)
    assert all(len(str(problem).splitlines()) == 1 for problem in caught.value.problems)


def test_lines_of_another_form_than_the_one_asked_for_are_refused(tmp_path):
    file = tmp_path / "set.jsonl"
    write_dataset([FULL], file, "openai-chat")
    with pytest.raises(InputError, match="no line of langsmith"):
        read_dataset(file, "langsmith")


@pytest.mark.parametrize("content", [b"", b"\n\n", None])
def test_a_file_without_lines_or_that_is_not_there(tmp_path, content):
    file = tmp_path / "set.jsonl"
    if content is not None:
        file.write_bytes(content)
    with pytest.raises(InputError, match="JSON lines") as caught:
        read_dataset(file)
    assert len(caught.value.problems) == 1


@pytest.mark.parametrize(
    ("line", "form"),
    [
        ('{"item": {"input": [], "ideal": "x"}}', "openai-evals"),
        ('{"input": "Why?", "ideal": "x"}', "openai-evals"),
        ('{"input": {}, "preferred_output": [], "non_preferred_output": []}', "openai-preference"),
    ],
)
def test_removed_forms_are_one_problem(tmp_path, line, form):
    file = tmp_path / "set.jsonl"
    file.write_text(f"{line}\n" * 3, encoding="utf-8")
    remedy = "use one of langsmith, openai-chat"
    with pytest.raises(InputError) as caught:
        read_dataset(file)
    assert str(caught.value) == f"{file}:1: the form {form} is no longer supported; {remedy}"
    with pytest.raises(InputError, match=f"the form {form} is no longer supported; {remedy}"):
        write_dataset([FULL], tmp_path / "x", form)
    assert not (tmp_path / "x").exists()


def test_an_unknown_form_is_named_with_the_nearest(tmp_path):
    with pytest.raises(InputError, match="did you mean 'langsmith'"):
        write_dataset([FULL], tmp_path / "x", "langsmit")
    assert not (tmp_path / "x").exists()


def test_files_are_their_users_own_and_replaced_whole(tmp_path):
    file = tmp_path / "set.jsonl"
    file.write_text("before")
    file.chmod(0o644)

    def broken():
        yield FULL
        raise RuntimeError("midway")

    with pytest.raises(RuntimeError):
        write_dataset(broken(), file, "langsmith")
    assert file.read_text() == "before"
    write_dataset([FULL], file, "langsmith")
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert [path.name for path in tmp_path.iterdir()] == ["set.jsonl"]


def test_the_forms_are_those_of_the_documentation():
    assert FORMATS == ("langsmith", "openai-chat")
