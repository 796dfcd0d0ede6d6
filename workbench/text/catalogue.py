"""Catalogue of the words that views show, for languages other than English.

English is the source: each message is its own key, as gettext has it. The Python half translates with the functions
here, the ES modules with those of ``web/static/monitor/catalogue.js``; one PO file serves both.
"""

from __future__ import annotations

import contextlib
import functools
import gettext as stdlib_gettext
import io
import json
import re
from typing import TYPE_CHECKING, Any, NamedTuple

from workbench.errors import InputError, Problem

if TYPE_CHECKING:
    from babel.messages.catalog import Catalog

_PLACE = re.compile(r"\{(\w+)\}")


class _Translation(NamedTuple):
    words: stdlib_gettext.NullTranslations
    code: str
    js: str | None


class _Choice:
    language: str | None = None
    """Of this process; empty: English; None: not read yet."""


_ENGLISH = _Translation(stdlib_gettext.NullTranslations(), "en", None)


def gettext(message: str, **values: object) -> str:
    """Translates a message, and puts the values into its places, such as ``{name}``.

    The message must be a literal: what is extracted into the catalogue is the call's own text.
    """
    return _fill(_translation().words.gettext(message), values)


def ngettext(one: str, many: str, count: int, **values: object) -> str:
    """Translates a message that depends on a number, in the language's plural form.

    ``{count}`` is the number.
    """
    return _fill(_translation().words.ngettext(one, many, count), {"count": count, **values})


def use_language(language: str | None) -> None:
    """Sets this process's language: a name or a path as in ``WORKBENCH_LANGUAGE``.

    Empty: English.

    None: the setting is read again when a word is next needed.

    Raises:
        InputError: There is no such catalogue, or it cannot be read.
    """
    if language:
        _load(language)
    _Choice.language = language


def write_js_catalogue() -> str | None:
    """Returns the catalogue as a JavaScript object, ``Catalogue`` in tests/js/types.d.ts; None for English."""
    return _translation().js


def language_code() -> str:
    """Returns the code of the process's language, as HTML has it."""
    return _translation().code


def _translation() -> _Translation:
    if _Choice.language is None:
        _Choice.language = _read_setting()
    return _load(_Choice.language) if _Choice.language else _ENGLISH


def _read_setting() -> str:
    # Imported here: most pages of Voila know their language without the settings, which take long to import.
    from workbench.config import Settings  # noqa: PLC0415

    # Whoever needs the settings reports what is wrong with them; words must not fail for it.
    with contextlib.suppress(InputError):
        return Settings.from_env().language or ""
    return ""


@functools.cache
def _load(language: str) -> _Translation:
    # Imported here: English needs no catalogue, and a page of Voila no settings.
    from babel.messages.mofile import write_mo  # noqa: PLC0415
    from babel.messages.pofile import read_po  # noqa: PLC0415

    from workbench.config import find_catalogue  # noqa: PLC0415

    try:
        path = find_catalogue(language)
        with path.open("rb") as file:
            catalogue = read_po(file, abort_invalid=True)
        compiled = io.BytesIO()
        write_mo(compiled, catalogue)
        compiled.seek(0)
        # It accepts arithmetic of `n` only as the rule of plurals, which is a JavaScript expression, too.
        words = stdlib_gettext.GNUTranslations(compiled)
    except (OSError, ValueError, KeyError) as error:
        remedy = "mend it, for example with msgfmt --check or Poedit"
        raise InputError(Problem(f"cannot be read as a catalogue: {error}", remedy, file=language)) from error
    code = str(catalogue.locale_identifier or path.stem).replace("_", "-")
    return _Translation(words, code, _write_js(catalogue, code))


def _write_js(catalogue: Catalog, code: str) -> str:
    messages: dict[str, str | list[str]] = {}
    for message in catalogue:
        one, *_rest = message.id if isinstance(message.id, (list, tuple)) else (message.id,)
        said: Any = message.string
        forms = list(said) if isinstance(said, (list, tuple)) else [said]
        if one and not message.fuzzy and all(forms):
            messages[one] = forms if message.pluralizable else forms[0]
    plural = f"(n) => Number({catalogue.plural_expr})"
    return f'{{"language": {json.dumps(code)}, "plural": {plural}, "messages": {json.dumps(messages)}}}'


def _fill(message: str, values: dict[str, object]) -> str:
    return _PLACE.sub(lambda place: str(values.get(place[1], place[0])), message)
