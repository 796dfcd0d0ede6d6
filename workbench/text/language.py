"""The language of a text, by its script and its commonest words."""

from __future__ import annotations

import unicodedata
from collections import Counter
from collections.abc import Sequence
from typing import NamedTuple

from workbench.text.tokens import find_tokens

_SAMPLE = 20_000
"""Characters that are looked at: a longer text has the same profile."""
_LEAST_LETTERS = 30
_LEAST_WORDS = 12
_SCRIPT_SHARE = 0.3
_PROFILE_SHARE = 0.12
# Words of grammar, which a text of some length cannot do without, as find_tokens spells them: without accents.
_COMMON = {
    "en": (
        "the of and to in is was for that with as by on are be this from at it which not has have his her an or "
        "were been"
    ),
    "de": (
        "der die das und ist von den mit fur des im auf dem nicht ein eine als auch wird wurde zur bei nach sich "
        "aus durch an zu in"
    ),
    "fr": (
        "le la les de des et est du en un une que dans pour par sur au aux qui a ce cette son sa ses avec ete pas "
        "plus ou"
    ),
    "es": "el la los las de del y en que es un una por con para se su al lo como mas ha fue este esta sus o no sobre",
    "it": (
        "il la lo le di del della e in che un una per con si al da dei delle nel alla sono stato come non piu gli "
        "i ha dal"
    ),
    "pt": (
        "o a os as de do da e em que um uma por com para se no na dos das ao foi mais como nao sua seu pela pelo ou e"
    ),
    "nl": (
        "de het een van en in is dat op te zijn met voor niet aan er om door als bij ook wordt werd naar uit deze "
        "die der"
    ),
    "ro": (
        "si de la in cu pe din a al ale este o un pentru care nu mai ca prin sau se fost sunt lui ai cea cel privind"
    ),
    "pl": (
        "i w z na do nie sie jest od oraz przez dla o jako po za ze to byl byla przy roku w tym ktory ktora pod a co"
    ),
    "cs": "a v na se je z do ve za s k ze o pro od po byl byla jako podle nebo pri roku jeho ktery ktera i by na",
    "tr": (
        "ve bir bu ile icin da de olarak olan gore tarafindan ve ya ile her daha en gibi kadar sonra olmak ise "
        "bilim ait"
    ),
    "sv": (
        "och i att det som en av for den med till pa ar ett de om har fran vid inte ska kan eller var sig under efter"
    ),
    "da": (
        "og i at det er en af for den til pa med som de et har fra der ikke ved blev kan eller skal var om efter under"
    ),
    "id": (
        "dan yang di dari untuk dengan pada ini dalam oleh adalah sebagai tidak telah itu atau akan ke tersebut juga"
    ),
    "vi": "va cua la co duoc cho trong voi cac mot nhung den khong ngay nam theo tai nay ve hoc da tu so",
    "hu": "a az es egy hogy nem is volt meg ez mint de csak vagy magyar szerint altal eveben kell ezt azt amely",
}
_PROFILES = {language: frozenset(words.split()) for language, words in _COMMON.items()}
_SCRIPTS = {
    "CJK": "zh",
    "HIRAGANA": "ja",
    "KATAKANA": "ja",
    "HANGUL": "ko",
    "CYRILLIC": "ru",
    "GREEK": "el",
    "ARABIC": "ar",
    "HEBREW": "he",
    "DEVANAGARI": "hi",
    "BENGALI": "bn",
    "THAI": "th",
    "GEORGIAN": "ka",
    "ARMENIAN": "hy",
    "TAMIL": "ta",
    "TELUGU": "te",
    "ETHIOPIC": "am",
    "GUJARATI": "gu",
    "GURMUKHI": "pa",
    "KANNADA": "kn",
    "MALAYALAM": "ml",
    "SINHALA": "si",
    "KHMER": "km",
    "LAO": "lo",
    "MYANMAR": "my",
}


class Language(NamedTuple):
    """The language that a text seems to be in.

    Attributes:
        code: ISO 639-1; of a script that several languages share, the one most written in it.
        reason: The evidence, in words.
    """

    code: str
    reason: str


def detect_language(text: str, words: Sequence[str] | None = None) -> Language | None:
    """Detects the language of a text; None where it is too short, or like none that is known.

    Args:
        text: The text.
        words: Its words, where they have been found already.

    >>> detect_language("Die Jury hat den Preis an eine Forscherin vergeben, die sich mit der Physik befasst.").code
    'de'
    """
    if len(text) > _SAMPLE:
        text, words = text[:_SAMPLE], None
    scripts: Counter[str] = Counter()
    for letter, count in Counter(text).items():
        if letter.isalpha():
            scripts[_script(letter)] += count
    letters = scripts.total()
    if letters < _LEAST_LETTERS:
        return None
    foreign = Counter({script: count for script, count in scripts.items() if script in _SCRIPTS})
    if foreign.total() >= letters * _SCRIPT_SHARE:
        # Japanese is written in Chinese characters as well, and no other language in its syllables.
        script = next((name for name in ("HIRAGANA", "KATAKANA") if foreign[name] > foreign.total() / 20), None)
        script = script or foreign.most_common(1)[0][0]
        return Language(
            _SCRIPTS[script], f"{round(100 * foreign.total() / letters)} % of its letters are {script.title()}"
        )
    counts = Counter([token.word for token in find_tokens(text)] if words is None else words)
    total = counts.total()
    if total < _LEAST_WORDS:
        return None
    shares = {
        language: sum(counts[word] for word in counts.keys() & profile) / total
        for language, profile in _PROFILES.items()
    }
    best = max(shares, key=lambda language: shares[language])
    if shares[best] < _PROFILE_SHARE or (best != "en" and shares[best] < 1.5 * shares["en"]):
        return Language("en", "most of its common words are English") if shares["en"] >= _PROFILE_SHARE else None
    return Language(best, f"{round(100 * shares[best])} % of its words are common ones of that language")


def _script(letter: str) -> str:
    return "LATIN" if letter.isascii() else unicodedata.name(letter, "UNKNOWN").split(" ")[0].split("-")[0]
