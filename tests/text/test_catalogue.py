"""Catalogue of the views' words."""

from __future__ import annotations

import json
import re
import subprocess
import sys

import pytest

from workbench.config import Settings
from workbench.errors import InputError
from workbench.text.catalogue import gettext, language_code, ngettext, use_language, write_js_catalogue

POLISH = """
msgid ""
msgstr ""
"Language: pl\\n"
"Content-Type: text/plain; charset=utf-8\\n"
"Plural-Forms: nplurals=3; plural=(n==1 ? 0 : n%10>=2 && n%10<=4 && (n%100<10 || n%100>=20) ? 1 : 2);\\n"

msgid "Approved by {user}"
msgstr "Zatwierdził {user}"

msgid "{count} page"
msgid_plural "{count} pages"
msgstr[0] "{count} strona"
msgstr[1] "{count} strony"
msgstr[2] "{count} stron"

#, fuzzy
msgid "Close"
msgstr "Otwórz"
"""


@pytest.fixture
def polish(tmp_path):
    path = tmp_path / "pl.po"
    path.write_text(POLISH, "utf-8")
    use_language(str(path))
    yield path
    use_language("")


def test_english_is_its_own_catalogue():
    use_language("")
    assert gettext("Approved by {user}", user="a.attorney") == "Approved by a.attorney"
    assert [ngettext("{count} page", "{count} pages", count) for count in (0, 1, 2)] == ["0 pages", "1 page", "2 pages"]
    assert (language_code(), write_js_catalogue()) == ("en", None)


@pytest.mark.usefixtures("polish")
def test_plural_follows_the_language():
    words = [ngettext("{count} page", "{count} pages", count) for count in (1, 3, 5, 22, 112)]
    assert words == ["1 strona", "3 strony", "5 stron", "22 strony", "112 stron"]


@pytest.mark.usefixtures("polish")
def test_missing_and_fuzzy_words_stay_english():
    assert (gettext("Close"), gettext("Share")) == ("Close", "Share")
    assert "Otw" not in write_js_catalogue()


@pytest.mark.usefixtures("polish")
def test_values_are_no_places():
    assert gettext("Approved by {user}", user="{user} {name}") == "Zatwierdził {user} {name}"
    assert gettext("it has no {{passages}}", other=1) == "it has no {{passages}}"


@pytest.mark.usefixtures("polish")
def test_script_has_the_same_words():
    written = re.fullmatch(
        r'\{"language": "pl", "plural": \(n\) => Number\((.*)\), "messages": (.*)\}', write_js_catalogue()
    )
    assert json.loads(written[2])["{count} page"] == ["{count} strona", "{count} strony", "{count} stron"]


def test_plural_rule_is_arithmetic_only(tmp_path):
    path = tmp_path / "xx.po"
    path.write_text(re.sub(r"plural=\(n==1[^;]*", "plural=alert(n)", POLISH), "utf-8")
    with pytest.raises(InputError, match=r"xx\.po.*cannot be read as a catalogue"):
        use_language(str(path))


@pytest.mark.parametrize("language", ["xx", "../secret", "nowhere.po"])
def test_unknown_language_is_refused(language):
    with pytest.raises(InputError, match=r"WORKBENCH_LANGUAGE.*no catalogue"):
        Settings.from_env({"WORKBENCH_LANGUAGE": language})


def test_language_is_read_from_environment(polish):
    code = "from workbench.text.catalogue import gettext; print(gettext('Approved by {user}', user='x').encode())"
    said = subprocess.run(
        [sys.executable, "-c", code],
        env={"WORKBENCH_LANGUAGE": str(polish)},
        capture_output=True,
        text=True,
        check=True,
    )
    assert said.stdout.strip() == str("Zatwierdził x".encode())


def test_english_loads_no_reader():
    code = (
        "import sys, workbench.widgets.monitor as m; m.translate_module(m.Monitor._esm); "
        "print('babel.messages' in sys.modules)"
    )
    said = subprocess.run([sys.executable, "-c", code], env={}, capture_output=True, text=True, check=True)
    assert said.stdout.strip() == "False"
