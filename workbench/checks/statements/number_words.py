"""Words of numbers and of what limits them: cardinals, ordinals, scales, currencies, comparators."""

from __future__ import annotations

from typing import Literal

Comparator = Literal["exactly", "more", "least", "nearly", "about", "most", "fewer", "top"]


def split_words(words: str) -> list[str]:
    """Splits a table of words at its white space."""
    return words.split()


_BELOW_TWENTY = split_words(
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen"
    " eighteen nineteen"
)
TENS = tuple(split_words("twenty thirty forty fifty sixty seventy eighty ninety"))
"""Tens, which a hyphen joins with a unit."""
CARDINALS = {word: value for value, word in enumerate(_BELOW_TWENTY)} | {
    word: 10 * value for value, word in enumerate(TENS, start=2)
}
"""Cardinals below a hundred."""
_ORDINALS_TO_TWENTY = split_words(
    "first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth thirteenth fourteenth"
    " fifteenth sixteenth seventeenth eighteenth nineteenth twentieth"
)
_ORDINAL_TENS = split_words("thirtieth fortieth fiftieth sixtieth seventieth eightieth ninetieth hundredth")
ORDINALS = {word: value for value, word in enumerate(_ORDINALS_TO_TWENTY, start=1)} | {
    word: 10 * value for value, word in enumerate(_ORDINAL_TENS, start=3)
}
"""Ordinals up to the twentieth, and of tens."""
SCALES = {
    "hundred": 100,
    "thousand": 1_000,
    "million": 1_000_000,
    "billion": 1_000_000_000,
    "dozen": 12,
    "k": 1_000,
    "m": 1_000_000,
    "bn": 1_000_000_000,
}
"""Words and letters behind a number that multiply it."""
SCALE_WORDS = frozenset(scale for scale in SCALES if scale not in {"k", "m", "bn"})
"""Those that are words."""
NUMBER_WORDS = frozenset((*CARDINALS, *ORDINALS, *SCALE_WORDS))
"""Cardinals, ordinals and scales in words."""
CURRENCIES = frozenset("$€£¥")
"""Signs in front of an amount."""
_CURRENCIES = (
    ("$", "dollar usd aud cad"),
    ("€", "euro eur"),
    ("£", "pound gbp"),
    ("¥", "yen jpy yuan renminbi cny rmb"),
    ("kr", "krona kronor krone kroner koruna crowns sek nok dkk isk czk"),
    ("Fr", "franc chf"),
    ("₹", "rupee inr"),
    ("₩", "krw"),
    ("₽", "ruble rouble rub"),
    ("₪", "shekel ils"),
    ("zł", "zloty pln"),
    ("₺", "lira"),
    ("R$", "reais brl"),
    ("peso", "peso mxn clp"),
    ("R", "rand zar"),
)
CURRENCY_WORDS = {word: sign for sign, words in _CURRENCIES for word in words.split()}
"""Names and codes of currencies, and their signs; crowns of several countries have one."""
CURRENCY_CODES = frozenset(
    split_words("usd aud cad eur gbp jpy cny rmb sek nok dkk isk czk chf inr krw rub ils pln brl mxn clp zar")
)
"""Codes that may stand in front of an amount."""
CURRENCY_NAMES = {word: sign for word, sign in CURRENCY_WORDS.items() if word not in CURRENCY_CODES}
"""The names alone, such as ``euro``."""
CURRENCY_COUNTRIES = {
    "swedish": "sek",
    "norwegian": "nok",
    "danish": "dkk",
    "icelandic": "isk",
    "czech": "czk",
    "canadian": "cad",
    "australian": "aud",
    "american": "usd",
    "mexican": "mxn",
    "chilean": "clp",
}
"""Adjectives that tell currencies of one name from each other, and their codes."""
_PHRASES: dict[Comparator, str] = {
    "more": (
        "more than|over|above|passed|passed the mark of|topped|crossed the mark of|exceeding|in excess of|upwards of"
        "|greater than|exceeded|exceeds|exceed|surpassed"
    ),
    "least": "at least|no fewer than|no less than|not less than|not fewer than|a minimum of|minimum of",
    "nearly": "nearly|almost|close to|approaching",
    "about": "about|approximately|roughly|around|some|circa|approx|an estimated|estimated",
    "most": (
        "at most|up to|within|no more than|not more than|not exceed|not exceeding|as many as|a maximum of|maximum of"
        "|limited to"
    ),
    "fewer": "fewer than|less than|younger than|just under|under|below",
    "top": "top|the top|within the top|in the top|the best",
}
COMPARATORS: dict[tuple[str, ...], Comparator] = {
    tuple(phrase.split()): comparator for comparator, phrases in _PHRASES.items() for phrase in phrases.split("|")
}
"""Comparators in front of a number, word by word."""
COMPARATORS_BEHIND: dict[tuple[str, ...], Comparator] = {
    ("or", "more"): "least",
    ("or", "fewer"): "most",
    ("or", "less"): "most",
}
"""Comparators behind a number."""
LIMITS = frozenset(split_words("limit limits limited cap caps capped restricts restricted"))
"""Verbs that make of ``to fifty-six`` a greatest number."""
# Words that end a noun phrase: what follows them is no longer counted.
STOP_WORDS = frozenset(
    split_words(
        "a an the and or but nor of in on at by for from to with within into onto over under between among across"
        " against during through throughout since until before after about around as than that which who whom"
        " whose where when while is are was were be been being am has have had do does did may might can could"
        " shall should will would must he she it they we i you his her its their our my your him them this these"
        " those there here not no also only so such if then thus per via according including each every both"
        " either neither all any some more most other up out off if because although though et al new"
    )
)
"""Words that carry no content of their own."""
