"""Stems of English words, for comparing two texts by their words."""

from __future__ import annotations

import re
from functools import lru_cache

_FUNCTION_WORDS = """
a about after all also am an and any are as at be because been before being between both but by can could
did do does doing during each either for from further had has have having he her here hers herself him
himself his how i if in into is it its itself just may me might more most must my myself of off on once only
or other our ours out over own s same shall she should so some such t than that the their theirs them
themselves then there these they this those through to too under until up upon very was we were what when
where which while who whom whose why will with within would you your yours dr mr ms mrs mx prof
"""
FUNCTION_WORDS = frozenset(_FUNCTION_WORDS.split())
"""Words that say how the others hang together, and nothing by themselves; forms of address among them."""
_UNITS = (
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen "
    "eighteen nineteen twenty"
)
_TENS = "thirty forty fifty sixty seventy eighty ninety"
_ORDINALS = "first second third fourth fifth sixth seventh eighth ninth tenth"
_SUFFIX_OF_ORDINAL = {1: "st", 2: "nd", 3: "rd"}
NUMBER_WORDS = {
    **{word: str(value) for value, word in enumerate(_UNITS.split())},
    **{word: str(value * 10) for value, word in enumerate(_TENS.split(), start=3)},
    **{word: f"{value}{_SUFFIX_OF_ORDINAL.get(value, 'th')}" for value, word in enumerate(_ORDINALS.split(), start=1)},
    "hundred": "100",
    "thousand": "1000",
}
"""Digits for the numbers that prose writes in words."""


@lru_cache(maxsize=65536)
def stem_word(word: str) -> str:
    """Returns a word's stem: digits for a number in words, else the word without its ending.

    Args:
        word: As :func:`workbench.text.tokens.find_tokens` spells it.

    Examples:
        >>> len({stem_word(word) for word in ("cited", "cites", "citing")})
        1
        >>> stem_word("seven"), stem_word("1957"), stem_word("Wu's".lower())
        ('7', '1957', 'wu')
    """
    number = NUMBER_WORDS.get(word)
    if number is not None:
        return number
    return find_stem(word[:-2] if word.endswith(("'s", "s'")) else word)


_SHORTEST = 3
# The longest that fits is cut: "citations", "cited" and "citing" have one stem.
_ENDINGS = sorted(
    [
        "ations",
        "ation",
        "ators",
        "ator",
        "ions",
        "ion",
        "ings",
        "ing",
        "edly",
        "ed",
        "ers",
        "er",
        "ors",
        "or",
        "ies",
        "es",
        "s",
        "ments",
        "ment",
        "ally",
        "ly",
        "al",
        "ance",
        "ances",
        "ence",
        "ences",
        "able",
        "ible",
        "ive",
        "ives",
        "ity",
        "ities",
        "ship",
        "ships",
        "ists",
        "ist",
        "e",
        "y",
    ],
    key=len,
    reverse=True,
)
_IRREGULAR = {
    "men": "man",
    "women": "woman",
    "people": "person",
    "persons": "person",
    "children": "child",
    "countries": "country",
    "prizes": "prize",
    "theses": "thesis",
    "series": "series",
    "won": "win",
    "winner": "win",
    "winners": "win",
    "wrote": "writ",
    "written": "writ",
    "held": "hold",
    "led": "lead",
    "chose": "choos",
    "chosen": "choos",
    "given": "giv",
    "gave": "giv",
    "taught": "teach",
    "began": "begin",
    "sold": "sell",
    "sales": "sell",
    "paid": "pay",
    "grew": "grow",
    "grown": "grow",
    "knew": "know",
    "known": "know",
    "drew": "draw",
    "drawn": "draw",
    "flew": "fly",
    "flown": "fly",
    "threw": "throw",
    "thrown": "throw",
    "built": "build",
    "sent": "send",
    "spent": "spend",
    "lent": "lend",
    "took": "tak",
    "taken": "tak",
    "spoke": "speak",
    "spoken": "speak",
    "broke": "break",
    "broken": "break",
    "fell": "fall",
    "fallen": "fall",
    "brought": "bring",
    "bought": "buy",
    "sought": "seek",
    "fought": "fight",
    "thought": "think",
    "kept": "keep",
    "told": "tell",
    "sat": "sit",
    "swore": "swear",
    "sworn": "swear",
    "became": "becom",
    "came": "com",
    "ran": "run",
}


_BRITISH = (
    (re.compile(r"(?<=[a-z]{3})our(?=(?:s|ed|ing|able|ite|ites)?$)"), "or"),
    (re.compile(r"(?<=[a-z]{3})is(?=ations?$)"), "iz"),
    (re.compile(r"(?<=[a-z]{2}t)re(?=s?$)"), "er"),
    (re.compile(r"(?<=(?:lic|def|off|ret)en)c(?=es?$)"), "s"),
    (re.compile(r"(?<=[a-z]{2}log)ue(?=s?$)"), ""),
)
"""Endings of British spelling, and the American ones: a letter has ``license`` where its exhibit has ``licence``."""


def _spell_american(word: str) -> str:
    for pattern, american in _BRITISH:
        word = pattern.sub(american, word)
    return word


@lru_cache(maxsize=65536)
def find_stem(word: str) -> str:
    """Returns what is left of a word without its ending.

    It is no word, and two words of one stem need not mean the same: ``generation`` and ``general`` share theirs.

    >>> find_stem("citations") == find_stem("cited") == find_stem("citing")
    True
    >>> find_stem("licences") == find_stem("licenses"), find_stem("centre") == find_stem("center")
    (True, True)
    """
    if word in _IRREGULAR:
        return _IRREGULAR[word]
    if not word.isalpha() or not word.isascii():
        return word
    word = _spell_american(word)
    for ending in _ENDINGS:
        if word.endswith(ending) and len(word) - len(ending) >= _SHORTEST:
            rest = word[: -len(ending)]
            # "submitted" as "submit".
            return rest[:-1] if len(rest) > _SHORTEST and rest[-1] == rest[-2] and rest[-1] not in "ls" else rest
    return word
