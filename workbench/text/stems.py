"""Stems of English words, for comparison only."""

from __future__ import annotations

from functools import lru_cache

_SHORTEST = 3
# The longest that fits is cut: "citations", "cited" and "citing" have one stem.
_ENDINGS = sorted(
    (
        "ations|ation|ators|ator|ions|ion|ings|ing|edly|ed|ers|er|ors|or|ies|es|s|ments|ment|ally|ly|al|ance|ances|ence"
        "|ences|able|ible|ive|ives|ity|ities|ship|ships|ists|ist|e|y"
    ).split("|"),
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
}


@lru_cache(maxsize=65536)
def find_stem(word: str) -> str:
    """Returns what is left of a word without its ending.

    It is no word, and two words of one stem need not mean the same: ``generation`` and ``general`` share theirs.

    >>> find_stem("citations") == find_stem("cited") == find_stem("citing")
    True
    """
    if word in _IRREGULAR:
        return _IRREGULAR[word]
    if not word.isalpha() or not word.isascii():
        return word
    for ending in _ENDINGS:
        if word.endswith(ending) and len(word) - len(ending) >= _SHORTEST:
            rest = word[: -len(ending)]
            # "submitted" as "submit".
            return rest[:-1] if len(rest) > _SHORTEST and rest[-1] == rest[-2] and rest[-1] not in "ls" else rest
    return word
