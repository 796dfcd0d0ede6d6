"""Language of a text, by the model of 140 languages that py3langid ships."""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from py3langid.langid import LanguageIdentifier

_SAMPLE = 20_000
"""Characters that are looked at: a longer text has the same profile."""
_LEAST_BYTES = 40
"""In UTF-8, of different words: nine English ones, or fourteen Chinese characters."""
_RELATED, _LEAST_CONFIDENCE = 3, 0.9
"""Likeliest languages, and what they reach together: Croatian is told from English, if not from Bosnian and Serbian.
A text below it is of no known language: a table, a formula, several languages in turn."""
_CAPITALS_SHARE = 0.8
_WORD = re.compile(r"[^\W\d_]+")


class Language(NamedTuple):
    """The language that a text seems to be in.

    Attributes:
        code: ISO 639: two letters, or three where the language has no two.
        reason: The evidence, in words.
    """

    code: str
    reason: str


def detect_language(text: str) -> Language | None:
    """Detects the language of a text.

    None where it is too short, or like none that is known.

    Only words in small letters count, or in a script without capitals: names are no words of a language, and a list of
    Czech names in an English document is English. A text in capitals alone is read as if it were in small letters.

    >>> detect_language("Die Jury hat den Preis an eine Forscherin vergeben, die sich mit der Physik befasst.").code
    'de'
    """
    words = _WORD.findall(text[:_SAMPLE])
    if sum(word.isupper() for word in words) >= _CAPITALS_SHARE * len(words):
        words = [word.lower() for word in words]
    # Each word once: a formula or a running head that is repeated is no longer a text.
    sample = " ".join(dict.fromkeys(word for word in words if not word[0].isupper()))
    if len(sample.encode("utf-8", "replace")) < _LEAST_BYTES:
        return None
    likeliest = _load_identifier().rank(sample)[:_RELATED]
    if sum(confidence for _, confidence in likeliest) < _LEAST_CONFIDENCE:
        return None
    code, confidence = likeliest[0]
    return Language(code, f"{round(100 * confidence)} % likely by its words")


@cache
def _load_identifier() -> LanguageIdentifier:
    from py3langid.langid import MODEL_FILE, LanguageIdentifier  # noqa: PLC0415 - slow, and wanted by few commands

    return LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)
