"""Words that deny."""

# One list: what is a denial for one check must be one for the others.
NEGATIONS = frozenset(("not", "never", "no", "cannot", "nor", "neither", "without", "none", "nobody", "nothing"))
"""In lower case; contractions such as ``hasn't`` deny as well, see :func:`is_negation`."""


def is_negation(word: str) -> bool:
    """Tells if a word denies: ``not``, ``without``, ``hasn't``."""
    return word in NEGATIONS or word.endswith("n't")
