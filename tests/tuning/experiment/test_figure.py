"""Pictures: contrast, files and names."""

import pytest
from matplotlib.colors import to_rgb
from PIL import Image

from workbench.errors import InputError
from workbench.tuning.experiment.figure import LOOKS, MARKERS, message_picture, shorten_name


@pytest.mark.parametrize("theme", LOOKS)
def test_plot_colours_have_contrast(theme):
    look = LOOKS[theme]

    def light(colour):
        linear = [v / 12.92 if v <= 0.04045 else ((v + 0.055) / 1.055) ** 2.4 for v in to_rgb(colour)]
        return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]

    for colour in (look.ink, look.soft, *look.hues):
        pair = sorted((light(colour), light(look.ground)))
        assert (pair[1] + 0.05) / (pair[0] + 0.05) >= 4.5, colour
    assert len(set(MARKERS)) == len(MARKERS) == len(set(look.hues)) == len(look.hues)


def test_saved_picture_has_description(tmp_path):
    picture = message_picture("light", "Score by version", "There are no scores: no cell of the experiment was scored.")
    with Image.open(picture.save(tmp_path / "scores.png")) as image:
        assert image.info["Description"] == picture.alt
    assert picture.alt[:60] in picture.save(tmp_path / "scores.svg").read_text("utf-8")
    assert picture.save(tmp_path / "scores.pdf").read_bytes()[:4] == b"%PDF"
    with pytest.raises(InputError, match=r"ends in \.png, \.svg or \.pdf"):
        picture.save(tmp_path / "scores.gif")
    with pytest.raises(InputError, match="cannot be written"):
        picture.save(tmp_path / "nowhere" / "scores.png")


def test_long_names_are_cut_in_middle():
    assert shorten_name("filing") == "filing"
    cut = shorten_name("awards@0123456789ab+system@ba9876543210", 20)
    assert len(cut) == 20
    assert cut.startswith("awards@")
    assert cut.endswith("543210")
    assert "\n" not in shorten_name("two\nlines")
