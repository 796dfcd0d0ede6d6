"""Words that deny."""

# One list: what is a denial for one check must be one for the others.
NEGATIONS = frozenset(("not", "never", "no", "cannot", "nor", "neither", "without", "none", "nobody", "nothing"))
"""In lower case; contractions such as ``hasn't`` deny as well, see :func:`is_negation`."""
DENYING = frozenset(
    (
        *("non", "deny", "denies", "denied", "denying", "lack", "lacks", "lacked", "fail", "fails", "failed", "refuse"),
        *("refuses", "refused", "decline", "declines", "declined", "hardly", "barely", "rarely", "seldom", "free"),
    )
)
"""Other words that deny what stands behind them."""


def is_negation(word: str) -> bool:
    """Tells if a word denies: ``not``, ``without``, ``hasn't``."""
    return word in NEGATIONS or word.endswith("n't")
