"""Ends of sentences."""

import pytest

from workbench.text.sentences import find_sentences


def split(text):
    return [text[start:end] for start, end in find_sentences(text)]


@pytest.mark.parametrize(
    ("text", "sentences"),
    [
        ("She won. She lost.", ["She won.", "She lost."]),
        ("Dr. Wu won in the U.S. in 1975. It counts.", ["Dr. Wu won in the U.S. in 1975.", "It counts."]),
        ("See 25 I&N Dec. 369 (AAO 2010). Next.", ["See 25 I&N Dec. 369 (AAO 2010).", "Next."]),
        ("Phys. Rev. Lett. printed it. Then C. S. Wu left.", ["Phys. Rev. Lett. printed it.", "Then C. S. Wu left."]),
        ("She won [@medal, p. 1]. In 1976 she lost.", ["She won [@medal, p. 1].", "In 1976 she lost."]),
        ("She won. [@medal, p. 1] In 1976 she lost.", ["She won. [@medal, p. 1]", "In 1976 she lost."]),
        ("He said “it is over.” She left.", ["He said “it is over.”", "She left."]),
        ("8 C.F.R. § 204.5(h)(5). Then more.", ["8 C.F.R. § 204.5(h)(5).", "Then more."]),
        ("He won (a letter from Prof. C.) She left.", ["He won (a letter from Prof. C.)", "She left."]),
        ("Mr. B. (of Acme Corp.) Smith left.", ["Mr. B. (of Acme Corp.) Smith left."]),
        (
            "Ly v. Ng, 45 A.D.3d 1 (N.Y. App. Div. 2007). Id. at 5.",
            ["Ly v. Ng, 45 A.D.3d 1 (N.Y. App. Div. 2007).", "Id. at 5."],
        ),
        (
            "Oak Mgmt., Inc. v. Bank of Am. Sec., LLC, 9 So. 2d 5 (Fla. 1958). He left.",
            ["Oak Mgmt., Inc. v. Bank of Am. Sec., LLC, 9 So. 2d 5 (Fla. 1958).", "He left."],
        ),
        ("She worked in the Lab. The prize came.", ["She worked in the Lab.", "The prize came."]),
        ("See 12 Cal. App. 345 (1992). Next.", ["See 12 Cal. App. 345 (1992).", "Next."]),
        ("The prize went to 3 Chinese. 12 others left.", ["The prize went to 3 Chinese.", "12 others left."]),
        ("He won (in 1984). 2nd prizes went to two.", ["He won (in 1984).", "2nd prizes went to two."]),
        ("", []),
    ],
)
def test_sentence_ends(text, sentences):
    assert split(text) == sentences
