"""Plots: layout, contrast, descriptions, and notes on missing data."""

from __future__ import annotations

import base64
import itertools
import math
from io import BytesIO

import pandas as pd
import pytest
from experiment_tables import tables
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.colors import to_rgb
from matplotlib.text import Text
from PIL import Image

from workbench.errors import InputError
from workbench.tuning.experiment.cost_plot import cost_against_score
from workbench.tuning.experiment.figure import LOOKS
from workbench.tuning.experiment.plots import agreement_between_repeats, scores_by_version

PLOTS = (scores_by_version, cost_against_score, agreement_between_repeats)
LONG = (
    "filing",
    "awards@0123456789ab+system@ba9876543210",
    "a firm's own name, $5 and $6 \\frac{",
    "folder/of/prompts",
)
EMPTY = pd.DataFrame(columns=["prompt", "model", "case", "section", "repeat", "scorer", "value"])
KINDS = {
    "two versions": tables(),
    "long names, two models": tables(prompts=LONG, models=("gpt-5-2026-11-01-preview-large", "local")),
    "one version": tables(prompts=("filing",), cases=("wu",), sections=("awards",), scorers=("checks",)),
    "many scorers": tables(scorers=tuple(f"scorer {n}" for n in range(12))),
    "many units": tables(cases=tuple(f"case-{n}" for n in range(9))),
    "without prices": tables(cost=None),
    "offline": tables(cost=0.0, tokens=0, prompts=("a", "b", "c", "d", "e")),
    "most failed": tables(failed=0.9),
}


def texts(picture) -> list[tuple[str, object]]:
    FigureCanvasAgg(picture)
    picture.draw_without_rendering()
    renderer = picture.canvas.get_renderer()
    found = [text for text in picture.findobj(Text) if text.get_visible() and text.get_text().strip()]
    return [(text.get_text(), text.get_window_extent(renderer)) for text in found if text.get_fontsize() > 1]


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("plot", PLOTS, ids=lambda plot: plot.__name__)
def test_plot_texts_do_not_overlap(plot, kind):
    picture = plot(*KINDS[kind])
    width, height = picture.get_size_inches() * picture.dpi
    boxes = texts(picture)
    assert len(boxes) >= 2
    for text, box in boxes:
        assert box.x0 >= 0, text
        assert box.x1 <= width, text
        assert box.y0 >= 0, text
        assert box.y1 <= height, text
    for (one, box), (other, there) in itertools.combinations(boxes, 2):
        apart = box.x1 <= there.x0 + 1 or there.x1 <= box.x0 + 1 or box.y1 <= there.y0 + 1 or there.y1 <= box.y0 + 1
        assert apart, (one, other)


@pytest.mark.parametrize("theme", LOOKS)
@pytest.mark.parametrize("plot", PLOTS, ids=lambda plot: plot.__name__)
def test_plot_background_is_opaque(plot, theme):
    image = Image.open(BytesIO(plot(*KINDS["two versions"], theme=theme).png()))
    ground = tuple(round(255 * part) for part in to_rgb(LOOKS[theme].ground))
    for corner in ((0, 0), (image.width - 1, image.height - 1)):
        assert image.convert("RGBA").getpixel(corner) == (*ground, 255)


@pytest.mark.parametrize("plot", PLOTS, ids=lambda plot: plot.__name__)
def test_notebook_picture_has_description(plot):
    picture = plot(*KINDS["two versions"])
    bundle = picture._repr_mimebundle_()
    assert base64.b64decode(bundle["image/png"])[:4] == b"\x89PNG"
    assert 'alt="' in bundle["text/html"]
    assert bundle["text/plain"] == picture.alt
    for expected in ("checks", "filing", "awards@0123456789ab"):
        assert expected in picture.alt


def test_picture_description_is_escaped():
    cells, scores = tables(prompts=('<script>"x"',))
    html = scores_by_version(cells, scores)._repr_mimebundle_()["text/html"]
    assert "<script>" not in html
    assert "&lt;script&gt;&quot;x&quot;" in html


def test_plot_figures_match_the_statistics():
    cells, scores = tables(failed=0)
    one = scores[(scores["scorer"] == "similarity") & (scores["prompt"] == "filing")]
    mean = one.groupby(["case", "section"])["value"].mean().mean()
    picture = scores_by_version(cells, scores, scorers="similarity")
    assert any(text.startswith(f"{mean:.2f} (") and text.endswith("n=21") for text, _ in texts(picture))


def test_plot_names_failed_cells():
    cells, scores = tables(scorers=("checks",), failed=0)
    scores.loc[scores["prompt"] == "filing", "value"] = math.nan
    scores.loc[scores.index[-1], "value"] = math.nan
    said = [text for text, _ in texts(scores_by_version(cells, scores))]
    assert "no score, 63 not scored" in said
    assert any(text.endswith("n=21, 1 not scored") for text in said)
    assert "filing" not in {text for text, _ in texts(cost_against_score(cells, scores))}


@pytest.mark.parametrize(
    ("kind", "axis", "note"),
    [
        ("two versions", "USD a draft", None),
        ("without prices", "tokens a draft (prompt and answer)", "the price of one of the models is not known"),
        ("offline", "seconds a draft", "nothing was paid and no tokens were used"),
        ("long names, two models", "USD a draft, logarithmic scale", None),
    ],
)
def test_cost_plot_chooses_the_unit(kind, axis, note):
    said = [text for text, _ in texts(cost_against_score(*KINDS[kind]))]
    assert axis in said
    assert note is None or any(note in text for text in said)


def test_agreement_plot_shows_widest_first():
    cells, scores = tables(scorers=("checks",), failed=0, prompts=("filing",))
    wide = (scores["case"] == "artist") & (scores["section"] == "intro")
    scores.loc[wide, "value"] = [0.0, 0.5, 1.0]
    picture = agreement_between_repeats(cells, scores)
    assert "Repeats differ most in artist intro by 1.00" in picture.alt
    assert picture.axes[0].get_yticklabels()[0].get_text() == "artist · intro"


def test_plot_explains_missing_data():
    cells, scores = tables(repeats=1)
    assert "set repeats to 2 or more" in agreement_between_repeats(cells, scores).alt
    for plot in PLOTS:
        assert "no cell of the experiment was scored" in plot(cells, EMPTY).alt
    scores["value"] = math.nan
    assert "No version has both a score by checks and a cost" in cost_against_score(cells, scores).alt


@pytest.mark.parametrize("plot", PLOTS[1:], ids=lambda plot: plot.__name__)
def test_unknown_scorer_or_theme_is_refused(plot):
    with pytest.raises(InputError, match="no scores by 'check'; did you mean 'checks'"):
        plot(*KINDS["two versions"], scorer="check")
    with pytest.raises(InputError, match="unknown theme 'grey'; use light or dark"):
        plot(*KINDS["two versions"], theme="grey")
