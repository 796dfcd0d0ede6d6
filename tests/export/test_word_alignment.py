"""Lines of two letters, aligned."""

from typing import NamedTuple

from workbench.export.word_alignment import align_lines


class Line(NamedTuple):
    text: str
    kind: str = ""

    @property
    def key(self):
        return self.text


def test_one_close_line_outweighs_two_distant():
    old = [
        Line("1976 National Medal of Science the President 0.2 %"),
        Line("1978 Wolf Prize in Physics Wolf Foundation"),
    ]
    new = [
        Line("1977 Bonner Prize a new row the Society 0.3 %"),
        Line("1976 National Medal of Science the President 0.25 %"),
    ]
    assert align_lines(old, new) == [(None, 0), (0, 1), (1, None)]
