#!/usr/bin/env python3
"""Write the ten loose documents of the sample intake into a folder: ``python data/intake/build.py FOLDER``.

They are what a client might hand over, in five formats: a medal's certificate and a second copy of it, a scan, bylaws
in DOCX, a plain text, a bundle of two letters, an article, a newspaper piece in Markdown, a statement and a curriculum
vitae. Person, prizes, societies and events are invented.
"""

from __future__ import annotations

import shutil
import struct
import sys
import zlib
from pathlib import Path

import docx
import pypdfium2
import typst

PAGE = '#set page(paper: "us-letter", margin: 1in{footer})\n#set text(size: 11pt, font: "New Computer Modern")\n'
COUNTED = ", footer: context align(center)[Page #counter(page).display() of {pages}]"
SCAN_DPI = 150

MEDAL = """
#align(center)[#text(size: 22pt)[Tidewater Medal of the Invented Academy of Sciences]]
#v(2em)
May 4, 2021

The Tidewater Medal for 2021 was awarded to Dr. Mira Solvang for excellence in coastal oceanography. The medal is a
nationally recognized prize, and it is open to scientists of every country. The award recognizes excellence in research
and is given once in two years. Newspapers in nine countries reported the award, and the prize is internationally
recognized in the field.
"""
NOTICE = """
#text(size: 20pt)[Harbor Prize for Coastal Science]
#v(1em)
Date: March 3, 2019

The Harbor Prize for 2019 was received by Dr. Mira Solvang for her study of tidal currents. The prize is awarded for
excellence in coastal oceanography.
"""
LETTERS = (
    """
University of Northport, Department of Oceanography

June 12, 2025

To whom it may concern:

Dr. Mira Solvang performed a leading role for the Institute of Tides from 2018 to 2024. She directed the division of
coastal models, which has forty members. The Institute of Tides has a distinguished reputation among organizations of
oceanography.
#pagebreak()
Her original contributions to the forecast of storm surges are of major significance in the field. Nine national
services use the method of Dr. Solvang. She is known to me from conferences only.

Sincerely,

Professor Tomas Arden
""",
    """
Harbor Authority of Eastbay

July 1, 2025

Dear Officer:

Dr. Mira Solvang judged the work of others as a member of the panel of the Eastbay Grant in 2022 and 2023. She read
thirty proposals in the field of oceanography.

Sincerely,

Captain Lena Moor
""",
)
ARTICLE = """
#align(center)[#text(size: 17pt)[A Model of Tidal Currents in Shallow Harbors]]
#align(center)[Mira Solvang and Tomas Arden]
#align(center)[Journal of Invented Oceanography 12 (2020) 101-102]
== Abstract
The article presents a model of tidal currents. Dr. Solvang is the first author of the article. The Journal of Invented
Oceanography is a professional publication whose articles are read by referees before they appear.
#pagebreak()
== References
1. A. Bay, Tides, 2011.
2. C. Dune, Currents, 2014.
"""
BYLAWS = (
    ("Title", "Bylaws of the Society of Coastal Scientists"),
    ("", "Adopted January 15, 2016"),
    (
        "",
        (
            "The Society is an association in the field of oceanography. Membership as a Fellow requires outstanding "
            "achievements, as judged by recognized national and international experts in their fields. Dues alone give "
            "no claim to membership."
        ),
    ),
    ("", "A committee of five experts, who are themselves Fellows, judges the achievements of each candidate."),
)
MEMBERSHIP = """Certificate of Membership

Society of Coastal Scientists

September 9, 2022

Dr. Mira Solvang holds membership in the Society of Coastal Scientists at the grade of Fellow.
The Society elected twelve Fellows in the year of her election.
"""
NEWSPAPER = """# The woman who counts the tides

By Jonah Reed

Eastbay Courier, August 20, 2023

Dr. Mira Solvang has mapped the currents of forty harbors. She began with a rowing boat and a watch. The material
about her work in oceanography appeared in a newspaper that prints 90,000 copies a day, and it is a major publication of
the region.
"""
STATEMENT = (
    ("Title", "Statement of Dr. Mira Solvang"),
    ("", "October 2, 2025"),
    (
        "",
        (
            "Dr. Solvang will continue her work in coastal oceanography in the United States. The plans include a "
            "forecast of storm surges for twelve harbors of the Atlantic coast."
        ),
    ),
    ("", "The forecast will substantially benefit the United States, whose harbors lose many days of work to surges."),
)
VITAE = """# Curriculum Vitae of Mira Solvang

## Education

Dr. Solvang finished her education with a doctorate in oceanography at the University of Northport in 2014.

## Career

Dr. Solvang began her career at the Institute of Tides in 2015, and she directed its division of coastal models from
2018 to 2024. The achievements of Dr. Solvang have been recognized with sustained national and international acclaim.
Dr. Solvang is one of the small percentage who have risen to the very top of the field.
"""


def build_documents(folder: Path) -> list[Path]:
    """Write the ten documents; returns their paths."""
    folder.mkdir(parents=True, exist_ok=True)
    write_pdf(folder / "2021 medal.pdf", MEDAL)
    shutil.copy(folder / "2021 medal.pdf", folder / "medal (second copy).pdf")
    write_scan(folder / "scan0001.png", NOTICE)
    write_docx(folder / "bylaws.docx", BYLAWS)
    (folder / "fellow.txt").write_text(MEMBERSHIP, encoding="utf-8")
    write_bundle(folder / "letters.pdf", LETTERS)
    write_pdf(folder / "currents.pdf", ARTICLE)
    (folder / "courier.md").write_text(NEWSPAPER, encoding="utf-8")
    write_docx(folder / "plans.docx", STATEMENT)
    (folder / "cv.md").write_text(VITAE, encoding="utf-8")
    return sorted(folder.iterdir())


def compile_pdf(body: str, footer: str = "") -> bytes:
    """Return a PDF of Typst markup."""
    content: bytes = typst.compile((PAGE.replace("{footer}", footer) + body).encode())
    return content


def write_pdf(path: Path, body: str) -> None:
    """Write a PDF of Typst markup."""
    path.write_bytes(compile_pdf(body))


def write_bundle(path: Path, bodies: tuple[str, ...]) -> None:
    """Write several documents into one PDF, each with page numbers of its own."""
    bundle = pypdfium2.PdfDocument.new()
    for body in bodies:
        pages = body.count("#pagebreak()") + 1
        bundle.import_pages(pypdfium2.PdfDocument(compile_pdf(body, COUNTED.replace("{pages}", str(pages)))))
    bundle.save(str(path))


def write_docx(path: Path, paragraphs: tuple[tuple[str, str], ...]) -> None:
    """Write a DOCX of paragraphs with their styles."""
    document = docx.Document()
    for style, words in paragraphs:
        document.add_paragraph(words, style=style or None)
    document.save(str(path))


def write_scan(path: Path, body: str) -> None:
    """Write the upper part of a page as a picture of grey dots."""
    page = pypdfium2.PdfDocument(compile_pdf(body))[0]
    dots = page.render(scale=SCAN_DPI / 72, grayscale=True).to_numpy()
    rows = dots.reshape(dots.shape[0], dots.shape[1])[: dots.shape[0] // 3]
    # A PNG by hand: its only other writer would be a package that nothing else here needs.
    raw = b"".join(b"\0" + bytes(row) for row in rows)
    header = struct.pack(">IIBBBBB", rows.shape[1], rows.shape[0], 8, 0, 0, 0, 0)
    chunks = ((b"IHDR", header), (b"IDAT", zlib.compress(raw, 9)), (b"IEND", b""))
    path.write_bytes(
        b"\x89PNG\r\n\x1a\n"
        + b"".join(
            struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
            for kind, data in chunks
        )
    )


if __name__ == "__main__":
    if len(sys.argv) != 2:  # noqa: PLR2004 - the script and the folder
        sys.exit("usage: python data/intake/build.py FOLDER")
    for document in build_documents(Path(sys.argv[1])):
        print(document)  # noqa: T201 - a script
