import contextlib
import os
from pathlib import Path

import pytest

from workbench.config import VARIABLES, Settings
from workbench.env_file import read_env_file
from workbench.errors import InputError

LINES = """\
# the firm's endpoint
OPENAI_BASE_URL = https://llm.example/v1   # theirs
export OPENAI_API_KEY='sk-#1$HOME'
WORKBENCH_MODEL="gpt \\"4\\"\\tx"
WORKBENCH_EXTRA_BODY={"top_p": 0.9}
WORKBENCH_REASONING_EFFORT=

FOREIGN='two
lines'
LAST=end"""


def write_env(folder: Path, text: str, mode: int = 0o600) -> Path:
    path = folder / ".env"
    path.write_text(text, "utf-8")
    path.chmod(mode)
    return path


@pytest.fixture
def place(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.mark.parametrize("text", [LINES, LINES.replace("\n", "\r\n"), "\ufeff" + LINES], ids=["unix", "windows", "bom"])
def test_grammar_of_env_files(tmp_path, text):
    write_env(tmp_path, text)
    file = read_env_file(tmp_path)
    assert file is not None
    assert file.values == {
        "OPENAI_BASE_URL": "https://llm.example/v1",
        "OPENAI_API_KEY": "sk-#1$HOME",
        "WORKBENCH_MODEL": 'gpt "4"\tx',
        "WORKBENCH_EXTRA_BODY": '{"top_p": 0.9}',
        "WORKBENCH_REASONING_EFFORT": "",
        "FOREIGN": "two\nlines",
        "LAST": "end",
    }
    assert (file.lines["WORKBENCH_MODEL"], file.lines["LAST"]) == (4, 10)
    assert "sk-" not in repr(file)


def test_number_sign_in_value(tmp_path):
    write_env(tmp_path, "A=#1\nB= # nothing\nC=a#b # c\nD='#' # d\n#E=1\n  # F=1")
    assert read_env_file(tmp_path).values == {"A": "#1", "B": "", "C": "a#b", "D": "#"}


def test_long_hostile_file_is_read_quickly(tmp_path):
    """A pattern that backtracks would take minutes."""
    for line in ('A="\n', "A='\n", "A=\\\n", '"' * 9 + "\n", " " * 99 + "\n"):
        write_env(tmp_path, line * (60_000 // len(line)))
        with contextlib.suppress(InputError):
            read_env_file(tmp_path)


def test_bad_lines_are_named_without_text(tmp_path):
    path = write_env(tmp_path, 'A=1\nsk-secret\nB=\'sk-open\nC="a" sk-tail\n')
    with pytest.raises(InputError) as caught:
        read_env_file(tmp_path)
    assert [(problem.file, problem.line) for problem in caught.value.problems] == [(str(path), n) for n in (2, 3, 4)]
    assert "sk-" not in str(caught.value)


def test_folder_named_env_is_no_file(tmp_path):
    (tmp_path / ".env").mkdir()
    assert read_env_file(tmp_path) is None


def test_environment_wins_over_working_folder(place, monkeypatch):
    path = write_env(place, "WORKBENCH_MODEL=from-file\nWORKBENCH_TEMPERATURE=0.5\nUSE_REDIS=false\n")
    monkeypatch.setenv("WORKBENCH_MODEL", "from-shell")
    settings = Settings.from_env()
    assert (settings.model, settings.temperature, settings.use_redis) == ("from-shell", 0.5, False)
    assert settings.notes == (f"{path} gives WORKBENCH_TEMPERATURE, USE_REDIS",)
    # An empty variable switches off what the file sets.
    monkeypatch.setenv("WORKBENCH_MODEL", "")
    assert Settings.from_env().model is None
    assert Settings.from_env({}).temperature is None, "given variables are all there is"


def test_command_home_style_are_not_taken(place, monkeypatch):
    monkeypatch.delenv("WORKBENCH_HOME")
    monkeypatch.delenv("WORKBENCH_STYLE_MEMORY", raising=False)
    lines = (f"KEY_COMMAND=touch {place}/ran", f"HOME={place}", "STYLE_MEMORY=firm", "MODLE=x")
    write_env(place, "".join(f"WORKBENCH_{line}\n" for line in lines))
    settings = Settings.from_env()
    assert settings.key_command is None
    assert settings.home != place
    assert settings.style_memory == "off", "a folder from elsewhere opens no other client's sections"
    assert "not taken from there: WORKBENCH_KEY_COMMAND, WORKBENCH_HOME, WORKBENCH_STYLE_MEMORY;" in settings.notes[0]
    assert "no setting is called WORKBENCH_MODLE; did you mean WORKBENCH_MODEL?" in settings.notes[1]


def test_tracing_is_not_switched_on(place):
    write_env(place, "WORKBENCH_TRACING_ENDPOINT=https://elsewhere.example\nWORKBENCH_TRACING_CONTENT=true\n")
    settings = Settings.from_env()
    assert (settings.tracing_endpoint, settings.tracing_content) == (None, False)
    assert "not taken from there: WORKBENCH_TRACING_ENDPOINT, WORKBENCH_TRACING_CONTENT;" in settings.notes[0]


@pytest.mark.parametrize(
    ("file", "key"),
    [
        ("OPENAI_BASE_URL=https://elsewhere.example/v1\n", None),
        ("OPENAI_BASE_URL=https://elsewhere.example/v1\nOPENAI_API_KEY=sk-theirs\n", "sk-theirs"),
        ("OPENAI_BASE_URL=http://127.0.0.1:11434/v1\nOPENAI_API_KEY=sk-theirs\n", "sk-mine"),
        ("OPENAI_API_KEY=sk-theirs\n", "sk-mine"),
    ],
    ids=["address alone", "both", "this machine", "key alone"],
)
def test_key_goes_with_its_address(place, monkeypatch, file, key):
    write_env(place, file)
    monkeypatch.setenv("OPENAI_API_KEY", "sk-mine")
    monkeypatch.setenv("WORKBENCH_KEY_COMMAND", "" if key == "sk-mine" else "print-token")
    settings = Settings.from_env()
    assert (settings.openai_api_key and settings.openai_api_key.get_secret_value()) == key
    assert settings.key_command is None
    if key is None:
        assert "OPENAI_API_KEY is not sent to the address" in " ".join(settings.notes)


@pytest.mark.skipif(os.name != "posix", reason="owner and mode")
def test_mode_of_env_file_matters(place):
    path = write_env(place, "OPENAI_API_KEY=sk-1\n", 0o644)
    settings = Settings.from_env()
    assert settings.openai_api_key is not None
    assert settings.notes[-1] == f"{path} holds a secret and can be read by other users; run: chmod 600 {path}"
    path.chmod(0o662)
    settings = Settings.from_env()
    assert settings.openai_api_key is None
    assert settings.notes == (
        f"{path} can be written to by other users and is not read; look at it, then chmod 600 {path}",
    )


@pytest.mark.skipif(os.name != "posix", reason="owner and mode")
def test_env_file_of_others_is_unread(place, monkeypatch):
    write_env(place, "WORKBENCH_MODEL=theirs\n")
    monkeypatch.setattr(os, "getuid", lambda: 4711)
    monkeypatch.setattr("workbench.env_file._ROOT", 4712)
    settings = Settings.from_env()
    assert settings.model is None
    assert "belongs to another user" in settings.notes[0]


def test_wrong_value_names_file_and_line(place):
    path = write_env(place, "\nREDIS_SOCKET_TIMEOUT=soon\n")
    with pytest.raises(InputError) as caught:
        Settings.from_env()
    assert str(caught.value).startswith(f"{path}:2: REDIS_SOCKET_TIMEOUT: ")


CASE_LINES = """\
WORKBENCH_MODEL=large
WORKBENCH_MAX_OUTPUT_TOKENS=9000
OPENAI_BASE_URL=https://elsewhere.example/v1
OPENAI_API_KEY=sk-theirs
WORKBENCH_KEY_COMMAND=touch ran
REDIS_URL=redis://elsewhere.example
"""


def test_case_file_cannot_send_elsewhere(tmp_path):
    write_env(tmp_path, CASE_LINES)
    mine = {"OPENAI_API_KEY": "sk-mine", "OPENAI_BASE_URL": "https://firm.example/v1"}
    settings = Settings.from_env(mine).with_case_file(tmp_path)
    assert settings.model is None, "a model's name is a consent, which the case cannot give"
    settings = Settings.from_env({**mine, "WORKBENCH_MODEL": ""}).with_case_file(tmp_path)
    assert settings.model is None
    assert settings.max_output_tokens == 9000
    assert settings.openai_base_url == "https://firm.example/v1"
    assert settings.openai_api_key.get_secret_value() == "sk-mine"
    assert (settings.key_command, settings.redis_url) == (None, None)
    assert "not taken from there: WORKBENCH_KEY_COMMAND, REDIS_URL" in settings.notes[-1]


def test_case_file_names_local_server(tmp_path):
    write_env(tmp_path, "WORKBENCH_MODEL=small\nOPENAI_BASE_URL=http://localhost:1234/v1\n")
    settings = Settings.from_env({"OPENAI_API_KEY": "sk-mine"}).with_case_file(tmp_path)
    assert (settings.model, settings.openai_base_url) == ("small", "http://localhost:1234/v1")
    assert settings.openai_api_key is None
    assert "OPENAI_API_KEY is not sent" in settings.notes[-1]
    assert Settings().with_case_file(tmp_path) == Settings(), "settings made in Python stay"


def test_working_folder_of_case_adds_nothing(place):
    (place / "case.yaml").write_text("schema: 1\n")
    write_env(place, CASE_LINES)
    settings = Settings.from_env()
    assert (settings.openai_api_key, settings.redis_url, settings.notes) == (None, None, ())


def test_variables_are_passed_to_children(place, monkeypatch):
    write_env(place, "WORKBENCH_MODEL=m\nOPENAI_API_KEY=sk-1\nPATH=/nowhere\n")
    monkeypatch.setenv("WORKBENCH_MODEL", "mine")
    given = {"WORKBENCH_MODEL": "mine", "PATH": "/bin"}
    made = Settings.from_env().child_environment(given)
    assert {**given, "OPENAI_API_KEY": "sk-1"}.items() <= made.items()
    assert made["PATH"] == "/bin"
    assert "PATH" not in VARIABLES
    # The key that is kept from the file's address is kept from the child, too.
    write_env(place, "OPENAI_BASE_URL=https://elsewhere.example/v1\n")
    given["OPENAI_API_KEY"] = "sk-mine"
    monkeypatch.setenv("OPENAI_API_KEY", "sk-mine")
    assert "OPENAI_API_KEY" not in Settings.from_env().child_environment(given)
    assert Settings().child_environment(given) == given
