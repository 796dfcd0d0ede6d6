"""The template of python-docx without what validators object to."""

import io
import zipfile

import docx

from workbench.export.docx import render_docx
from workbench.export.word_template import add_comment_styles, clean_template


def test_file_has_no_foreign_part(draft_petition):
    with zipfile.ZipFile(io.BytesIO(render_docx(draft_petition))) as package:
        names = package.namelist()
    assert not [name for name in names if "stylesWithEffects" in name or "thumbnail" in name]


def test_comment_styles_are_added_once():
    document = docx.Document()
    clean_template(document)
    add_comment_styles(document)
    add_comment_styles(document)
    ids = [style.style_id for style in document.styles]
    assert ids.count("CommentReference") == ids.count("CommentText") == 1
