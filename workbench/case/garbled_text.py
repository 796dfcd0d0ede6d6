"""Recognition of letters that stand for others.

A font may name its letters wrongly, so that "The committee" is read as "7KH FRPPLWWHH". No field of the file tells; but
letters of any language written in the Latin alphabet follow each other in ways that wrong ones do not.
"""

from __future__ import annotations

import operator
import re
import unicodedata
from collections import Counter
from collections.abc import Iterator
from itertools import accumulate
from typing import Literal

# The commonest pairs of letters in twenty languages, from English to Vietnamese: half to nine tenths of a text's pairs
# are among them.
_COMMON = frozenset(
    re.findall(
        r"\w+",
        "en an in de er te es re ni ra at on ta nd li ar ng na os st ir le se da em me ai ri ch is it un ha ma et "
        "va al el sa di si do ro ti ve tu he to oi ka be ie co od ne ei wa ge or ns tr ad ed am la um ll sc ig as "
        "br il ot hu ak ja nt gu rs vi ia eg mi gi no us za rd mo ik so ga ss id im po ki om ci fr dd ou ur bo ho "
        "ua ba du lt zi rn oc su dn ob ru pa pr vo bi th",
    )
)
# A letter, and those that follow it in none of these languages, or hardly ever.
_FOLLOWERS = re.findall(
    r"\w+",
    "aqx bcghknpqvwxz cbgmpqwx dbcfkpqtx fbcdghkmnpqvwxyz gbcfjkqvw hbfghpqsvwxz jbcdfghjlmpqrtvwxyz "
    "kcdfghmpqxz lqxz mcfghjklqrtwxz np oq pbcdgjknqvwxz qabcdefghijklmnopqrstvwxyz rqx snqrx tfgjkqx uqvwz "
    "vbcdfghjkmpqtvwxz wcdfgjkpqvx xbdfgjklmnoqrsvwz yfhjkquxy zbcdfhjlnpqrstwxz",
)
_RARE = frozenset(first + second for first, *rest in _FOLLOWERS for second in rest)
_MOST_RARE = 0.1
"""Share of rare pairs: below a hundredth in prose, a fifth and more where letters are exchanged."""
_FEW_RARE = 12
_LEAST_COMMON = 0.45
_PART = 180
_LEAST = 60
"""With fewer pairs than this, chance decides."""
_FEW_LETTERS = 8
"""Formulas and sequences of DNA are no language, and no fault of a font."""
_WORD = re.compile(r"(?<![^\W_])[a-z]{2,20}(?![^\W_])")
_COMMON_WORDS = (" the ", " of ", " and ", " in ", " to ", " de ", " la ", " der ", " und ", " et ")
_COMMON_SHARE = 1 / 60
"""Common words for each character. Prose that is sound has twice as many."""
_MANY_MARKED = 0.4
"""Share of letters such as "ġ" or "Ō". Vietnamese, which has most, has half of it."""
_MARKED = re.compile("[\u0100-\u024f]")
_MIN_SIGNS = 8
_SIGNS_SHARE = 0.4
_SIGN = re.compile(r"[^\w\s.,;:\-–—_•·…|/()]")


def find_garbled(text: str) -> Literal["none", "part", "all"]:
    """Tells how much of a page's letters stand for others."""
    # Counting is quick, and nearly every page of prose ends here, English after three words.
    if any(count > _COMMON_SHARE * len(text) for count in accumulate(map(text.count, _COMMON_WORDS))):
        return "none"
    signs = _SIGN.findall(text)
    if len(set(signs)) >= _MIN_SIGNS and len(signs) >= max(_LEAST, _SIGNS_SHARE * len("".join(text.split()))):
        return "all"
    if len(_MARKED.findall(text)) >= max(_LEAST, _MANY_MARKED * len("".join(text.split()))):
        return "all"
    parts = list(_judge_parts(text))
    if not any(parts):
        return "none"
    return "all" if all(parts) else "part"


def _judge_parts(text: str) -> Iterator[bool]:
    plain = text.lower()
    if not plain.isascii():
        plain = "".join(letter for letter in unicodedata.normalize("NFD", plain) if not unicodedata.combining(letter))
    # A part is garbled only with so many rare pairs, and nearly every page has fewer; counting them all is quick.
    counted = Counter(map(operator.add, plain, plain[1:]))
    if sum(number for pair, number in counted.items() if pair in _RARE) < _FEW_RARE:
        return
    pairs: list[str] = []
    words = _WORD.findall(plain)
    left = sum(len(word) - 1 for word in words)
    if left < _LEAST:
        return
    for word in words:
        pairs += [word[place : place + 2] for place in range(len(word) - 1)]
        # The last part is long enough to be judged as well.
        if len(pairs) >= _PART and left - len(pairs) >= _LEAST:
            left -= len(pairs)
            yield _is_garbled(pairs)
            pairs = []
    yield _is_garbled(pairs)


def _is_garbled(pairs: list[str]) -> bool:
    rare = sum(pair in _RARE for pair in pairs)
    if rare < max(_MOST_RARE * len(pairs), _FEW_RARE) or len(set("".join(pairs))) < _FEW_LETTERS:
        return False
    return sum(pair in _COMMON for pair in pairs) < _LEAST_COMMON * len(pairs)
