"""List of the messages to translate."""

from __future__ import annotations

import re

from tests.house.catalogue import ROOT, TEMPLATE, collect_messages, write_template
from workbench.config import LANGUAGES

PLACE = re.compile(r"\{(\w+)\}")


def test_list_of_messages_is_current():
    assert TEMPLATE.read_text("utf-8") == write_template(), "run PYTHONPATH=. python tests/house/catalogue.py"


def test_every_call_is_extracted():
    """Babel's reader of JavaScript skips what it does not understand."""
    static = ROOT / "workbench/web/static"
    calls = re.compile(r'(?<![\w.])(?:_|ngettext)\(\s*(?:"((?:[^"\\]|\\.)*)"|(\S))')
    found = [
        match
        for path in static.rglob("*.js")
        if path.name != "catalogue.js"
        for match in calls.finditer(path.read_text("utf-8"))
    ]
    assert len(found) > 600
    assert [match[0] for match in found if match[2]] == []
    known = {message.id[0] if message.pluralizable else message.id for message in collect_messages()}
    assert {match[1].replace('\\"', '"') for match in found} - known == set()


def test_both_forms_have_the_same_places():
    for message in collect_messages():
        if message.pluralizable:
            one, many = ({*PLACE.findall(form)} | {"count"} for form in message.id)
            assert one == many, message.id


def test_catalogues_keep_the_places():
    from babel.messages.pofile import read_po

    for path in LANGUAGES.glob("*.po"):
        with path.open("rb") as file:
            for message in read_po(file):
                forms = message.string if message.pluralizable else (message.string,)
                places = set(PLACE.findall("".join(message.id)))
                assert all(set(PLACE.findall(form)) <= places for form in forms), (path.name, message.id)
