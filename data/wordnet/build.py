"""Builds the table of related words from WordNet's database files.

``python data/wordnet/build.py FOLDER`` reads ``index.*``, ``data.*`` and ``*.exc`` of WordNet 3.0, as Debian's package
``wordnet-base`` has them in ``/usr/share/wordnet``, and writes ``workbench/data/wordnet/relations.txt.zlib``, which
:mod:`workbench.text.related_words` reads and describes. Words with a capital, phrases, and names of animals and plants
are left out, and so are senses beyond the sixth, and nouns that WordNet never met in its texts and that name
no person.
"""

from __future__ import annotations

import sys
import zlib
from collections import defaultdict
from pathlib import Path

TARGET = Path(__file__).resolve().parents[2] / "workbench" / "data" / "wordnet" / "relations.txt.zlib"
PARTS = {"noun": "n", "verb": "v", "adj": "a", "adv": "r"}
MOST_SENSES = 6
LEFT_OUT = {"05", "20"}
"""Numbers of the files of animals and plants."""
PERSONS = "18"
"""Number of the file of persons."""
NEAR, OPPOSITE, ABOVE = {"&", "$", "+", "\\"}, {"!"}, {"@"}
"""Pointers: similar, of one group of verbs, derived, pertaining; antonym; hypernym."""


def read_concepts(folder: Path) -> dict[str, tuple[str, dict[str, set[str]]]]:
    """Reads the sets of synonyms: for each its file's number, and its pointers by symbol."""
    found: dict[str, tuple[str, dict[str, set[str]]]] = {}
    for part, letter in PARTS.items():
        for line in (folder / f"data.{part}").read_text(encoding="latin-1").splitlines():
            if line.startswith("  "):
                continue
            fields = line.split(" | ")[0].split()
            words = int(fields[3], 16)
            at = 4 + 2 * words
            pointers: dict[str, set[str]] = defaultdict(set)
            for number in range(int(fields[at])):
                symbol, offset, other, _ = fields[at + 1 + 4 * number : at + 5 + 4 * number]
                pointers[symbol].add(other + offset)
            found[letter + fields[0]] = fields[1], pointers
    return found


def read_words(folder: Path, concepts: dict[str, tuple[str, dict[str, set[str]]]]) -> dict[str, list[str]]:
    """Reads the senses of each word, the most frequent of each part of speech first."""
    found: dict[str, list[str]] = defaultdict(list)
    for part, letter in PARTS.items():
        for line in (folder / f"index.{part}").read_text(encoding="latin-1").splitlines():
            fields = line.split()
            word = fields[0]
            if line.startswith("  ") or not (word.isascii() and word.isalpha() and len(word) > 1):
                continue
            senses = [letter + offset for offset in fields[-int(fields[2]) :]][:MOST_SENSES]
            found[word] += [sense for sense in senses if concepts[sense][0] not in LEFT_OUT]
    return {word: senses for word, senses in found.items() if senses}


def read_forms(folder: Path, words: dict[str, list[str]]) -> dict[str, str]:
    """Reads the irregular forms, each with its word."""
    found: dict[str, str] = {}
    for part in ("verb", "noun", "adj", "adv"):
        for line in (folder / f"{part}.exc").read_text(encoding="latin-1").splitlines():
            form, word = line.split()[:2]
            if form.isalpha() and word in words and form not in found:
                found[form] = word
    return found


def main(folder: Path) -> None:
    """Writes the table."""
    concepts = read_concepts(folder)
    # An index's words are in small letters; those that are names have a capital in the data.
    words = read_words(folder, concepts)
    names = read_names(folder)
    words = {
        word: kept for word, senses in words.items() if (kept := [one for one in senses if (word, one) not in names])
    }
    met = {line.split("%")[0] for line in (folder / "cntlist.rev").read_text(encoding="ascii").splitlines()}
    words = {
        word: senses
        for word, senses in words.items()
        if word in met or any(sense[0] != "n" or concepts[sense][0] == PERSONS for sense in senses)
    }
    used = {sense for senses in words.values() for sense in senses}
    waiting = list(used)
    while waiting:
        above = {one for symbol in ABOVE for one in concepts[waiting.pop()][1].get(symbol, ())}
        waiting += above - used
        used |= above
    numbers = {concept: number for number, concept in enumerate(sorted(used))}

    def join(concept: str, symbols: set[str]) -> str:
        linked = {one for symbol in symbols for one in concepts[concept][1].get(symbol, ())} & used
        return " ".join(f"{number:x}" for number in sorted(numbers[one] for one in linked))

    lines = [f"{word}\t{' '.join(f'{numbers[one]:x}' for one in senses)}" for word, senses in sorted(words.items())]
    forms = [f"{form}\t{word}" for form, word in sorted(read_forms(folder, words).items())]
    links = [
        concept[0] + "\t".join(join(concept, symbols) for symbols in (NEAR, OPPOSITE, ABOVE)) for concept in numbers
    ]
    text = "\n\n".join("\n".join(part) for part in (lines, forms, links))
    TARGET.write_bytes(zlib.compress(text.encode("ascii"), 9))


def read_names(folder: Path) -> set[tuple[str, str]]:
    """Reads the words that have a capital, each with its set of synonyms."""
    found: set[tuple[str, str]] = set()
    for part, letter in PARTS.items():
        for line in (folder / f"data.{part}").read_text(encoding="latin-1").splitlines():
            fields = line.split(" | ")[0].split()
            if line.startswith("  "):
                continue
            for word in fields[4 : 4 + 2 * int(fields[3], 16) : 2]:
                if word != word.lower() and part == "noun":
                    found.add((word.lower(), letter + fields[0]))
    return found


if __name__ == "__main__":
    main(Path(sys.argv[1]))
