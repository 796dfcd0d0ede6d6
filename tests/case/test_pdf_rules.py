import pypdfium2
import pytest
from pdf_files import write_pdf_file

from workbench.case.pdf_rules import find_rules


@pytest.mark.parametrize(
    ("content", "lying", "standing"),
    [
        (b"72 600 m 272 600 l S", [(-600, 72, 272)], []),
        (b"72 600 200 0.8 re f", [(-600, 72, 272), (-600.8, 72, 272)], []),
        (b"100 500 m 100 600 l S", [], [(100, -600, -500)]),
        (b"q 2 0 0 2 10 20 cm 30 40 m 30 90 l S Q", [], [(70, -200, -100)]),
        (b"72 600 m 272 640 l S 80 80 m 83 80 l S", [], []),
    ],
    ids=["stroke", "bar", "upright", "scaled", "slanted-and-short"],
)
def test_lines_have_places_in_points(content, lying, standing):
    rules = find_rules(pypdfium2.PdfDocument(write_pdf_file([content]))[0])
    assert sorted(rules.lying) == [pytest.approx(rule, abs=0.01) for rule in sorted(lying)]
    assert sorted(rules.standing) == [pytest.approx(rule, abs=0.01) for rule in sorted(standing)]


def test_map_has_no_ruled_lines():
    content = b"".join(b"72 %d m 272 %d l S\n" % (y, y) for y in range(100, 3300))
    rules = find_rules(pypdfium2.PdfDocument(write_pdf_file([content]))[0])
    assert not rules.lying
