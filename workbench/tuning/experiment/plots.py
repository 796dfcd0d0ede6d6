"""Plots of an experiment: scores and agreement.

Each takes the tables of :class:`workbench.tuning.experiment.results.Results`: ``cells``, one row a cell (``prompt case
section model repeat cost_usd input_tokens output_tokens latency_s``), and ``scores``, one row a score (the same keys,
and ``scorer value``). The picture names what is missing because a cell failed.
"""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.lines import Line2D

from workbench.tuning.experiment.figure import (
    MARKERS,
    TOP_IN,
    WIDTH_IN,
    Look,
    Picture,
    Theme,
    add_title,
    mark_style,
    message_picture,
    new_picture,
    shorten_name,
    style_axes,
)
from workbench.tuning.experiment.version_scores import (
    GRADES,
    NO_SCORES,
    VERSION_KEYS,
    VersionScore,
    distinct_values,
    find_scorers,
    format_estimate,
    list_version_scores,
)
from workbench.tuning.statistics import CONFIDENCE, Agreement, agreement

_MOST_PANELS = 8
_MOST_ROWS = 24
_MOST_COLUMNS = 4
_ROW_IN = 0.34
_LEFT_IN, _RIGHT_IN = 2.65, 2.75
_NARROW_IN = 2.5


def scores_by_version(
    _cells: pd.DataFrame, scores: pd.DataFrame, *, scorers: Sequence[str] | str | None = None, theme: Theme = "light"
) -> Picture:
    """Plots each version's mean score, a panel a scorer.

    Args:
        _cells: Unused; all plots have the same parameters.
        scores: One row a score.
        scorers: Names; default: all, in the order of the table, eight at most.
        theme: ``light`` or ``dark``.

    Raises:
        InputError: There is no such scorer, or no such theme.
    """
    title = "Score by version"
    wanted = find_scorers(scores, scorers)
    if not wanted:
        return message_picture(theme, title, NO_SCORES)
    shown = wanted[:_MOST_PANELS]
    panels = {scorer: list_version_scores(scores, scorer) for scorer in shown}
    models = distinct_values(scores, "model")
    heights = [len(rows) * _ROW_IN + 0.62 for rows in panels.values()]
    notes = [
        f"Points: mean score ({GRADES}); lines: its {CONFIDENCE:.0%} interval; n: units, each a section of a case.",
        "Repeats of a unit are averaged first. Overlapping intervals do not say that two versions are equally good.",
    ]
    if len(wanted) > len(shown):
        # A picture of twenty panels is higher than a screen.
        notes.append(f"{len(shown)} of {len(wanted)} scorers are shown; name others with scorers=[…].")
    foot = 0.3 + 0.17 * len(notes)
    top = TOP_IN + (0.3 if len(models) > 1 else 0.0)
    picture, look = new_picture(theme, top + sum(heights) + foot)
    at = top
    for (scorer, rows), height in zip(panels.items(), heights, strict=True):
        axes = _panel(picture, look, at, height)
        _draw_scores(axes, look, scorer, rows, models)
        at += height
    if len(models) > 1:
        _legend(picture, look, models, top - 0.34)
    alt = "; ".join(
        f"{scorer}: " + ", ".join(f"{_version_label(row, models)} {format_estimate(row.mean)}" for row in rows)
        for scorer, rows in panels.items()
    )
    return add_title(picture, look, title, notes, alt=f"{title}, mean with {CONFIDENCE:.0%} interval. {alt}.")


def agreement_between_repeats(
    _cells: pd.DataFrame, scores: pd.DataFrame, *, scorer: str | None = None, theme: Theme = "light"
) -> Picture:
    """Plots how similarly the repeats of each unit are scored.

    A row is a unit, a mark a repeat; the rows with the widest range come first.

    Args:
        _cells: Unused; all plots have the same parameters.
        scores: One row a score.
        scorer: Name; default: the first.
        theme: ``light`` or ``dark``.

    Raises:
        InputError: There is no such scorer, or no such theme.
    """
    title = "Agreement between repeats"
    wanted = find_scorers(scores, scorer)
    if not wanted:
        return message_picture(theme, title, NO_SCORES)
    title = f"{title}: {shorten_name(wanted[0])}"
    own = scores[(scores["scorer"] == wanted[0]) & scores["value"].notna()]
    groups = {
        key: list(values)
        for key, values in own.groupby([*VERSION_KEYS, "case", "section"], sort=False)["value"]
        if len(values) > 1
    }
    if not groups:
        return message_picture(theme, title, "No cell has two repeats with a score: set repeats to 2 or more.")
    # dict.fromkeys keeps the order of the experiment, which a set would not.
    versions = list(dict.fromkeys(key[:2] for key in groups))
    columns = versions[:_MOST_COLUMNS]
    units = list(dict.fromkeys(key[2:] for key in groups))
    widest = {unit: max(_width(values) for key, values in groups.items() if key[2:] == unit) for unit in units}
    # The widest first: they are what a reader must look at if not all rows fit.
    shown = sorted(units, key=lambda unit: -widest[unit])[:_MOST_ROWS]
    found = {version: agreement(values for key, values in groups.items() if key[:2] == version) for version in versions}
    notes = [
        f"Marks: the scores of a unit’s repeats ({GRADES}); lines: from the lowest to the highest; widest first.",
        "α: Krippendorff’s, with its 95% interval (1: repeats agree; 0: they are as unlike as different units).",
        "±: how far a repeat typically lies from the mean of its unit.",
    ]
    if len(units) > len(shown):
        notes.append(f"The {len(shown)} widest of {len(units)} units are shown; α and ± are of all.")
    if len(versions) > len(columns):
        notes.append(f"{len(columns)} of {len(versions)} versions are shown; for others, leave rows out of the tables.")
    # One model is not named: it would be the same word in every column.
    several = len({model for _, model in versions}) > 1
    top = 1.0 + (0.18 if several else 0.0)
    height, foot = len(shown) * _ROW_IN * 0.85 + 0.62, 0.3 + 0.17 * len(notes)
    picture, look = new_picture(theme, top + height + foot)
    for place, version in enumerate(columns):
        axes = _panel(picture, look, top, height, column=(place, len(columns)), right_in=0.3)
        for line, unit in enumerate(shown):
            if values := groups.get((*version, *unit)):
                _draw_repeats(axes, look, place, -line, values)
        _score_axis(axes, look, len(shown))
        names = [shorten_name(f"{case} · {section}") if place == 0 else "" for case, section in shown]
        axes.set_yticks([-line for line in range(len(shown))], names, color=look.ink, fontsize=9.5)
        # Characters that fit a column of that width at 8.8 points.
        room = {1: 50, 2: 34, 3: 22}.get(len(columns), 16)
        _draw_column_head(
            axes, look, [shorten_name(name, room) for name in (version if several else version[:1])], found[version]
        )
    versions_text = "; ".join(
        f"{_version_name(version, versions)}: {_format_agreement(result)}" for version, result in found.items()
    )
    wide = [f"{case} {section} by {widest[case, section]:.2f}" for case, section in shown[:3] if widest[case, section]]
    most = f"Repeats differ most in {', '.join(wide)}." if wide else "Every repeat is scored as its unit’s others are."
    return add_title(picture, look, title, notes, alt=f"{title}. {versions_text}. {most}")


def _panel(
    picture: Picture,
    look: Look,
    top_in: float,
    height_in: float,
    *,
    column: tuple[int, int] = (0, 1),
    right_in: float = _RIGHT_IN,
) -> Axes:
    """Adds axes at a distance from the picture's upper edge.

    Names have room at the left, figures at the right.
    """
    height = picture.get_figheight()
    place, columns = column
    step_in = (WIDTH_IN - _LEFT_IN - right_in) / columns
    width_in = step_in - (0.22 if columns > 1 else 0.0)
    bottom_in = height - top_in - height_in + 0.42
    left_in = _LEFT_IN + place * step_in
    axes = picture.add_axes((left_in / WIDTH_IN, bottom_in / height, width_in / WIDTH_IN, (height_in - 0.62) / height))
    style_axes(axes, look)
    return axes


def _score_axis(axes: Axes, look: Look, rows: int) -> None:
    axes.set_xlim(-0.02, 1.02)
    axes.set_ylim(-rows + 0.5, 0.5)
    narrow = axes.get_position().width * WIDTH_IN < _NARROW_IN
    ticks = [0, 0.5, 1] if narrow else [0, 0.25, 0.5, 0.75, 1]
    axes.set_xticks(ticks, [f"{tick:g}" for tick in ticks])
    axes.tick_params(axis="x", labelcolor=look.soft)


def _draw_scores(axes: Axes, look: Look, scorer: str, rows: Sequence[VersionScore], models: Sequence[str]) -> None:
    _score_axis(axes, look, len(rows))
    for line, row in enumerate(rows):
        hue, marker = mark_style(look, models.index(row.model))
        missing = f", {row.failed} not scored" if row.failed else ""
        if not row.mean.n:
            said = f"no score{missing}"
        else:
            axes.plot([row.mean.low, row.mean.high], [-line, -line], color=hue, linewidth=2.2, solid_capstyle="butt")
            axes.plot(
                [row.mean.value], [-line], marker=marker, color=hue, markersize=7.5, linestyle="none", clip_on=False
            )
            said = f"{row.mean.value:.2f} ({row.mean.low:.2f}–{row.mean.high:.2f})  n={row.mean.n}{missing}"
        axes.annotate(
            said, (1, -line), xytext=(10, 0), textcoords="offset points", xycoords=("axes fraction", "data"),
            va="center", fontsize=8.5, color=look.ink, annotation_clip=False,
        )  # fmt: skip
    # A prompt is named once, at the first of its models.
    names = [
        "" if line and rows[line - 1].prompt == row.prompt else shorten_name(row.prompt)
        for line, row in enumerate(rows)
    ]
    axes.set_yticks([-line for line in range(len(rows))], names, color=look.ink, fontsize=9.5)
    axes.annotate(
        shorten_name(scorer, 60), (0, 1), xytext=(0, 5), textcoords="offset points", xycoords="axes fraction",
        fontsize=10, fontweight="bold", color=look.ink,
    )  # fmt: skip


def _draw_repeats(axes: Axes, look: Look, place: int, height: float, values: Sequence[float]) -> None:
    hue, marker = mark_style(look, place)
    axes.plot([min(values), max(values)], [height, height], color=hue, linewidth=1.8, solid_capstyle="butt")
    axes.plot(
        # Hollow marks: equal scores of several repeats stay visible as one ring.
        values, [height] * len(values), marker=marker, color=look.ground, markeredgecolor=hue, markeredgewidth=1.5,
        markersize=6, linestyle="none", clip_on=False,
    )  # fmt: skip


def _draw_column_head(axes: Axes, look: Look, names: Sequence[str], found: Agreement) -> None:
    """Writes version, alpha and spread above a column."""
    alpha = "α not defined" if found.alpha is None else f"α {found.alpha:.2f} ({found.low:.2f}–{found.high:.2f})"
    axes.annotate(
        "\n".join([*names, alpha, f"± {found.spread:.3f}"]), (0, 1), xytext=(0, 7), textcoords="offset points",
        xycoords="axes fraction", fontsize=8.8, color=look.ink, linespacing=1.4,
    )  # fmt: skip


def _legend(picture: Picture, look: Look, names: Sequence[str], top_in: float) -> None:
    handles = [
        Line2D([], [], marker=marker, color=hue, markersize=7, linestyle="none", label=shorten_name(name, 26))
        for name, (hue, marker) in ((name, mark_style(look, place)) for place, name in enumerate(names[: len(MARKERS)]))
    ]
    height = picture.get_figheight()
    picture.legend(
        handles=handles, loc="upper left", bbox_to_anchor=(0.1 / WIDTH_IN, 1 - (top_in - 0.12) / height),
        ncols=min(4, len(handles)), frameon=False, fontsize=9, labelcolor=look.ink, handletextpad=0.2,
    )  # fmt: skip


def _version_label(row: VersionScore, models: Sequence[str]) -> str:
    return row.prompt if len(models) == 1 else f"{row.prompt} with {row.model}"


def _version_name(version: tuple[str, str], versions: Sequence[tuple[str, str]]) -> str:
    return version[0] if len({model for _, model in versions}) == 1 else f"{version[0]} with {version[1]}"


def _width(values: Sequence[float]) -> float:
    return max(values) - min(values)


def _format_agreement(result: Agreement) -> str:
    apart = f"repeats lie {result.spread:.3f} from their mean, typically"
    if result.alpha is None:
        return f"{apart}; {result.reason}"
    return f"{apart}; Krippendorff’s α {result.alpha:.2f} ({result.low:.2f} to {result.high:.2f}), {result.units} units"
