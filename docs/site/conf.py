"""Configuration of the documentation site; docs/CONTRIBUTING.md has the command that builds it.

Sphinx reads the project's folder as its source: the README, docs/, the notebooks and the docstrings of the package are
the pages, at their own places, so that a link leads to the same page here and on a forge.
"""

from __future__ import annotations

import re
import tomllib
from pathlib import Path
from typing import TYPE_CHECKING

from pydantic import BaseModel
from sphinx import addnodes
from sphinx.util.inspect import signature, stringify_signature
from traitlets import HasTraits

if TYPE_CHECKING:
    from sphinx.application import Sphinx

TOP = Path(__file__).resolve().parents[2]

project = "EB-1A Workbench"
version = release = tomllib.loads((TOP / "pyproject.toml").read_text("utf-8"))["project"]["version"]
project_copyright = "the EB-1A Workbench founders; licence Apache-2.0"

extensions = ["myst_nb", "sphinx.ext.autodoc", "sphinx.ext.napoleon", "sphinx_click", "sphinx_copybutton"]
include_patterns = ["README.md", "CHANGELOG.md", "docs/**.md", "notebooks/*.ipynb"]
exclude_patterns = [".*", "build", "data", "tests", "workbench", "workbench-notebooks", "**/.ipynb_checkpoints"]
root_doc = "README"
language = "en"
highlight_language = "none"

myst_heading_anchors = 4
nb_execution_mode = "off"
nb_ipywidgets_js = {}  # the default loads two scripts from a CDN

autodoc_default_options = {
    "members": True,
    # What a class takes from these is described by their own projects.
    "inherited-members": "AnyWidget, BaseException, BaseModel, Box, CoreWidget, DOMWidget, HasTraits, VBox, Widget",
    "exclude-members": "model_config, model_post_init",
}
autodoc_member_order = "bysource"
autodoc_typehints = "signature"
autodoc_preserve_defaults = True
maximum_signature_line_length = 88
toc_object_entries_show_parents = "hide"
napoleon_numpy_docstring = False
napoleon_use_ivar = True
napoleon_use_rtype = False

html_theme = "pydata_sphinx_theme"
html_title = project
html_additional_pages = {"index": "index.html"}
templates_path = ["templates"]
html_static_path = ["static"]
html_css_files = ["site.css"]
html_js_files = ["search.js"]
html_context = {"default_mode": "auto"}
html_copy_source = False
html_show_sourcelink = False
html_theme_options = {
    "navbar_align": "left",
    "show_prev_next": True,
    "secondary_sidebar_items": ["page-toc"],
    "footer_start": ["copyright"],
    "footer_end": [],
    "show_toc_level": 2,
}
copybutton_prompt_text = r">>> |\.\.\. "
copybutton_prompt_is_regexp = True

CONTENTS = """
```{toctree}
:hidden:

docs/site/tutorials
docs/site/how-to
docs/site/reference
docs/site/explanation
docs/site/project
```
"""


def prepare_source(_app: Sphinx, docname: str, source: list[str]) -> None:
    """Append the site's contents to its first page, the README, where a forge would show them as code.

    The decisions get one title: each of their parts would be a page of its own in the contents.
    """
    if docname == root_doc:
        source[0] += CONTENTS
    elif docname == "docs/decisions":
        title, parts = source[0].split("\n", 1)
        source[0] = f"{title}\n{re.sub('^#', '##', parts, flags=re.MULTILINE)}"


def prepare_links(_app: Sphinx, doctree: addnodes.document) -> None:
    """Leave out links to the start page, which `workbench lab` writes, and let errors be found by their bare names."""
    for link in list(doctree.findall(addnodes.pending_xref)):
        if link["reftarget"] == "start.ipynb":
            link.replace_self(link.children)
        elif link["reftype"] == "exc":
            link["refspecific"] = True


def shorten_signature(
    _app: Sphinx, _what: str, _name: str, value: object, *_signature: object
) -> tuple[str, str] | None:
    """Leave out the parameters of a pydantic model, which are the fields that its docstring lists.

    A widget's are those of its own `__init__`, not of the metaclass that makes it.
    """
    if isinstance(value, type) and issubclass(value, BaseModel):
        return "", ""
    if isinstance(value, type) and issubclass(value, HasTraits):
        return stringify_signature(signature(value), show_return_annotation=False, unqualified_typehints=True), ""
    return None


def setup(app: Sphinx) -> None:
    """Connect the functions of this file to Sphinx's events."""
    app.connect("source-read", prepare_source)
    app.connect("doctree-read", prepare_links)
    app.connect("autodoc-process-signature", shorten_signature)
