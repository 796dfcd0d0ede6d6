"""Plots of an experiment: scores, cost and agreement.

Each takes the tables of :class:`workbench.tuning.experiment.results.Results`: ``cells``, one row a cell (``prompt case
section model repeat cost_usd input_tokens output_tokens latency_s``), and ``scores``, one row a score (the same keys,
and ``scorer value``). The picture names what is missing because a cell failed.
"""

from __future__ import annotations

import difflib
import math
from collections.abc import Sequence
from dataclasses import dataclass

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.lines import Line2D
from matplotlib.ticker import LogLocator, MaxNLocator, NullLocator

from workbench.errors import InputError, Problem
from workbench.tuning.experiment.figure import (
    MARKERS,
    WIDTH_IN,
    Look,
    Picture,
    Theme,
    add_title,
    message_picture,
    new_picture,
    shorten_name,
    style_axes,
)
from workbench.tuning.statistics import CONFIDENCE, UNIT, Agreement, Estimate, agreement, mean_interval

_MOST_PANELS = 8
_MOST_ROWS = 24
_MOST_COLUMNS = 4
_ROW_IN = 0.34
_LEFT_IN, _RIGHT_IN = 2.65, 2.75
_NARROW_IN = 2.5
_SIDE_BY_SIDE = 0.022
_THOUSAND = 1_000
_TOP_IN = 0.62
_KEYS = ["prompt", "model"]
_LOG_FROM = 20
_GRADES = "0 worst, 1 best"


@dataclass(frozen=True)
class _Row:
    """One version: a prompt with a model."""

    prompt: str
    model: str
    mean: Estimate
    failed: int


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
    wanted = _scorers(scores, scorers)
    if not wanted:
        return message_picture(theme, title, "There are no scores: no cell of the experiment was scored.")
    shown = wanted[:_MOST_PANELS]
    panels = {scorer: _version_rows(scores, scorer) for scorer in shown}
    models = _distinct_values(scores, "model")
    heights = [len(rows) * _ROW_IN + 0.62 for rows in panels.values()]
    notes = [
        f"Points: mean score ({_GRADES}); lines: its {CONFIDENCE:.0%} interval; n: units, each a section of a case.",
        "Repeats of a unit are averaged first. Overlapping intervals do not say that two versions are equally good.",
    ]
    if len(wanted) > len(shown):
        # A picture of twenty panels is higher than a screen.
        notes.append(f"{len(shown)} of {len(wanted)} scorers are shown; name others with scorers=[…].")
    foot = 0.3 + 0.17 * len(notes)
    top = _TOP_IN + (0.3 if len(models) > 1 else 0.0)
    picture, look = new_picture(theme, top + sum(heights) + foot)
    at = top
    for (scorer, rows), height in zip(panels.items(), heights, strict=True):
        axes = _panel(picture, look, at, height)
        _draw_scores(axes, look, scorer, rows, models)
        at += height
    if len(models) > 1:
        _legend(picture, look, models, top - 0.34)
    alt = "; ".join(
        f"{scorer}: " + ", ".join(f"{_version_label(row, models)} {_format_estimate(row.mean)}" for row in rows)
        for scorer, rows in panels.items()
    )
    return add_title(picture, look, title, notes, alt=f"{title}, mean with {CONFIDENCE:.0%} interval. {alt}.")


def cost_against_score(
    cells: pd.DataFrame, scores: pd.DataFrame, *, scorer: str | None = None, theme: Theme = "light"
) -> Picture:
    """Plots each version's cost against its score.

    Better is up, cheaper is left. The cost is in USD if every version has a price and one of them costs something,
    else in tokens, or in seconds if no tokens were used.

    Args:
        cells: One row a cell.
        scores: One row a score.
        scorer: Name; default: the first.
        theme: ``light`` or ``dark``.

    Raises:
        InputError: There is no such scorer, or no such theme.
    """
    wanted = _scorers(scores, scorer)
    if not wanted:
        return message_picture(
            theme, "Cost against score", "There are no scores: no cell of the experiment was scored."
        )
    name = wanted[0]
    costs, unit, why = _costs(cells)
    rows = [
        row
        for row in _version_rows(scores, name)
        if row.mean.n and not math.isnan(costs.get((row.prompt, row.model), math.nan))
    ]
    title = f"{_cost_title(unit)} against score: {shorten_name(name)}"
    if not rows:
        return message_picture(theme, title, f"No version has both a score by {shorten_name(name)} and a cost.")
    notes = [
        f"Points: mean score and mean {unit}; lines: {CONFIDENCE:.0%} interval of the score, repeats averaged first.",
        *([why] if why else []),
    ]
    picture, look = new_picture(theme, 4.9)
    height = picture.get_figheight()
    foot = 0.75 + 0.17 * len(notes)
    axes = picture.add_axes((0.75 / WIDTH_IN, foot / height, 5.0 / WIDTH_IN, (height - foot - _TOP_IN) / height))
    style_axes(axes, look)
    axes.grid(visible=True, axis="y", color=look.line, linewidth=0.8)
    values = [costs[row.prompt, row.model] for row in rows]
    _cost_axis(axes, look, values, unit)
    places = _locate_points(axes, rows, values)
    for place, (x, low, y, high) in enumerate(places):
        hue, marker = _style(look, place)
        axes.plot([x, x], [low, high], color=hue, linewidth=1.6, solid_capstyle="butt", transform=axes.transAxes)
        axes.plot([x], [y], marker=marker, color=hue, markersize=8, clip_on=False, transform=axes.transAxes)
    _draw_names(axes, look, rows, [(x, y) for x, _, y, _ in places])
    points = ", ".join(
        f"{row.prompt} with {row.model}: {value:.4g} {unit}, score {_format_estimate(row.mean)}"
        for row, value in zip(rows, values, strict=True)
    )
    return add_title(picture, look, title, notes, alt=f"{title}. {points}.")


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
    wanted = _scorers(scores, scorer)
    if not wanted:
        return message_picture(theme, title, "There are no scores: no cell of the experiment was scored.")
    title = f"{title}: {shorten_name(wanted[0])}"
    own = scores[(scores["scorer"] == wanted[0]) & scores["value"].notna()]
    groups = {
        key: list(values)
        for key, values in own.groupby([*_KEYS, "case", "section"], sort=False)["value"]
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
        f"Marks: the scores of a unit’s repeats ({_GRADES}); lines: from the lowest to the highest; widest first.",
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


def _scorers(scores: pd.DataFrame, wanted: Sequence[str] | str | None) -> list[str]:
    known = _distinct_values(scores, "scorer")
    if wanted is None:
        return known
    wanted = [wanted] if isinstance(wanted, str) else list(wanted)
    problems = []
    for name in wanted:
        if name not in known:
            close = difflib.get_close_matches(str(name), known, n=1)
            remedy = (
                f"did you mean {close[0]!r}?" if close else f"use one of {', '.join(known) or 'none: there is none'}"
            )
            problems.append(Problem(f"no scores by {name!r}", remedy, field="scorer"))
    if problems:
        raise InputError(*problems)
    return wanted


def _distinct_values(table: pd.DataFrame, column: str) -> list[str]:
    return [str(value) for value in table[column].dropna().unique()]


def _version_rows(scores: pd.DataFrame, scorer: str) -> list[_Row]:
    own = scores[scores["scorer"] == scorer]
    rows = []
    for (prompt, model), group in own.groupby(_KEYS, sort=False):
        # Repeats of a unit are averaged first: they are not independent observations.
        units = group.groupby(list(UNIT), sort=False)["value"].mean().dropna()
        rows.append(_Row(str(prompt), str(model), mean_interval(units), int(group["value"].isna().sum())))
    prompts = _distinct_values(own, "prompt")
    # Models of one prompt stand together; sorted() keeps the table's order among them.
    return sorted(rows, key=lambda row: prompts.index(row.prompt))


def _costs(cells: pd.DataFrame) -> tuple[dict[tuple[str, str], float], str, str]:
    """Returns mean costs by version, their unit, and a note."""
    drafted = cells[cells["output_tokens"].notna()].copy()
    drafted["tokens"] = drafted["input_tokens"] + drafted["output_tokens"]
    # A mean over priced models only would compare different things.
    priced = drafted["cost_usd"].notna().all()
    if priced and (drafted["cost_usd"] > 0).any():
        column, unit, why = "cost_usd", "USD a draft", ""
    elif (drafted["tokens"] > 0).any():
        column, unit = "tokens", "tokens a draft (prompt and answer)"
        why = "" if priced else "Tokens, not USD: the price of one of the models is not known."
    else:
        column, unit, why = (
            "latency_s",
            "seconds a draft",
            "Seconds, not USD: nothing was paid and no tokens were used.",
        )
    means = drafted.groupby(_KEYS, sort=False)[column].mean()
    return {(str(prompt), str(model)): float(value) for (prompt, model), value in means.items()}, unit, why


def _cost_title(unit: str) -> str:
    return "Cost" if unit.startswith("USD") else unit.partition(" ")[0].capitalize()


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


def _draw_scores(axes: Axes, look: Look, scorer: str, rows: Sequence[_Row], models: Sequence[str]) -> None:
    _score_axis(axes, look, len(rows))
    for line, row in enumerate(rows):
        hue, marker = _style(look, models.index(row.model))
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
    hue, marker = _style(look, place)
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


def _cost_axis(axes: Axes, look: Look, values: Sequence[float], unit: str) -> None:
    axes.set_ylim(-0.02, 1.02)
    axes.set_ylabel(f"mean score ({_GRADES})", color=look.soft, fontsize=9)
    axes.set_xlabel(unit, color=look.soft, fontsize=9)
    low, high = min(values), max(values)
    # Prices of models differ by orders of magnitude; on a linear scale the cheap ones would lie on one another.
    if low > 0 and high / low > _LOG_FROM:
        axes.set_xscale("log")
        left, right = low / 1.6, high * 1.6
        axes.set_xlabel(f"{unit}, logarithmic scale", color=look.soft, fontsize=9)
        found = LogLocator(subs=(1, 2, 5)).tick_values(left, right)
    else:
        left, right = 0.0, high * 1.12 or 1.0
        found = MaxNLocator(6).tick_values(left, right)
    ticks = [tick for tick in found if left <= tick <= right]
    axes.set_xlim(left, right)
    axes.set_xticks(ticks, [f"{tick:,.4g}" if tick < _THOUSAND else f"{tick:,.0f}" for tick in ticks])
    # A logarithmic axis labels its minor ticks, too, in scientific notation.
    axes.xaxis.set_minor_locator(NullLocator())
    axes.set_yticks([0, 0.25, 0.5, 0.75, 1], ["0", "0.25", "0.5", "0.75", "1"])


def _locate_points(
    axes: Axes, rows: Sequence[_Row], values: Sequence[float]
) -> list[tuple[float, float, float, float]]:
    """Returns x, low, mean and high of each point.

    Points of equal cost stand side by side.
    """
    # Not transData: its pixels are known only once the figure is drawn.
    to_axes = axes.transScale + axes.transLimits

    def x_of(value: float) -> float:
        return float(to_axes.transform((value, 0.0))[0])

    groups: list[list[int]] = []
    for place in sorted(range(len(rows)), key=values.__getitem__):
        if groups and x_of(values[place]) - x_of(values[groups[-1][0]]) < _SIDE_BY_SIDE:
            groups[-1].append(place)
        else:
            groups.append([place])
    aside = {
        place: (rank - (len(group) - 1) / 2) * _SIDE_BY_SIDE for group in groups for rank, place in enumerate(group)
    }
    points = []
    for place, (row, value) in enumerate(zip(rows, values, strict=True)):
        low, mean, high = (
            float(to_axes.transform((value, score))[1]) for score in (row.mean.low, row.mean.value, row.mean.high)
        )
        points.append((x_of(value) + aside[place], low, mean, high))
    return points


def _draw_names(axes: Axes, look: Look, rows: Sequence[_Row], points: Sequence[tuple[float, float]]) -> None:
    """Draws names at the right edge, linked to their points.

    A name stands at its point's height, or as near as the others allow.
    """
    models = {row.model for row in rows}
    # Height of one line of text, or of two, in fractions of the axes.
    gap = 0.062 if len(models) == 1 else 0.104
    order = sorted(range(len(rows)), key=lambda place: -points[place][1])
    heights = _spread_heights([points[place][1] for place in order], gap)
    for place, height in zip(order, heights, strict=True):
        row, (x, y) = rows[place], points[place]
        hue, marker = _style(look, place)
        axes.plot([x, 1.03], [y, height], color=hue, linewidth=0.8, alpha=0.7, clip_on=False, transform=axes.transAxes)
        axes.plot([1.03], [height], marker=marker, color=hue, markersize=6, clip_on=False, transform=axes.transAxes)
        under = "" if len(models) == 1 else f"\n{shorten_name(row.model)}"
        axes.text(
            1.055,
            height,
            shorten_name(row.prompt) + under,
            va="center",
            fontsize=9,
            color=look.ink,
            transform=axes.transAxes,
        )


def _spread_heights(heights: Sequence[float], gap: float) -> list[float]:
    """Moves heights apart, within the axes, as little as possible."""
    placed: list[float] = []
    for height in heights:
        placed.append(min(height, placed[-1] - gap) if placed else min(height, 1.0))
    # Pushed below the axes: go back up from the bottom.
    lowest = placed[-1] if placed else 0.0
    if lowest < 0:
        for place in range(len(placed) - 1, -1, -1):
            floor = 0.0 if place == len(placed) - 1 else placed[place + 1] + gap
            placed[place] = max(placed[place], floor)
    return placed


def _legend(picture: Picture, look: Look, names: Sequence[str], top_in: float) -> None:
    handles = [
        Line2D([], [], marker=marker, color=hue, markersize=7, linestyle="none", label=shorten_name(name, 26))
        for name, (hue, marker) in ((name, _style(look, place)) for place, name in enumerate(names[: len(MARKERS)]))
    ]
    height = picture.get_figheight()
    picture.legend(
        handles=handles, loc="upper left", bbox_to_anchor=(0.1 / WIDTH_IN, 1 - (top_in - 0.12) / height),
        ncols=min(4, len(handles)), frameon=False, fontsize=9, labelcolor=look.ink, handletextpad=0.2,
    )  # fmt: skip


def _style(look: Look, place: int) -> tuple[str, str]:
    return look.hues[place % len(look.hues)], MARKERS[place % len(MARKERS)]


def _version_label(row: _Row, models: Sequence[str]) -> str:
    return row.prompt if len(models) == 1 else f"{row.prompt} with {row.model}"


def _version_name(version: tuple[str, str], versions: Sequence[tuple[str, str]]) -> str:
    return version[0] if len({model for _, model in versions}) == 1 else f"{version[0]} with {version[1]}"


def _format_estimate(mean: Estimate) -> str:
    return f"{mean.value:.2f} ({mean.low:.2f} to {mean.high:.2f}, n = {mean.n})" if mean.n else "no score"


def _width(values: Sequence[float]) -> float:
    return max(values) - min(values)


def _format_agreement(result: Agreement) -> str:
    apart = f"repeats lie {result.spread:.3f} from their mean, typically"
    if result.alpha is None:
        return f"{apart}; {result.reason}"
    return f"{apart}; Krippendorff’s α {result.alpha:.2f} ({result.low:.2f} to {result.high:.2f}), {result.units} units"
