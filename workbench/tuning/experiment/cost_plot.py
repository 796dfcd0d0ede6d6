"""Plot of each version's cost against its score."""

from __future__ import annotations

import math
from collections.abc import Sequence

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.ticker import LogLocator, MaxNLocator, NullLocator

from workbench.tuning.experiment.figure import (
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
    find_scorers,
    format_estimate,
    list_version_scores,
)
from workbench.tuning.statistics import CONFIDENCE

_SIDE_BY_SIDE = 0.022
_THOUSAND = 1_000
_LOG_FROM = 20


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
    wanted = find_scorers(scores, scorer)
    if not wanted:
        return message_picture(theme, "Cost against score", NO_SCORES)
    name = wanted[0]
    costs, unit, why = _costs(cells)
    rows = [
        row
        for row in list_version_scores(scores, name)
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
    axes = picture.add_axes((0.75 / WIDTH_IN, foot / height, 5.0 / WIDTH_IN, (height - foot - TOP_IN) / height))
    style_axes(axes, look)
    axes.grid(visible=True, axis="y", color=look.line, linewidth=0.8)
    values = [costs[row.prompt, row.model] for row in rows]
    _cost_axis(axes, look, values, unit)
    places = _locate_points(axes, rows, values)
    for place, (x, low, y, high) in enumerate(places):
        hue, marker = mark_style(look, place)
        axes.plot([x, x], [low, high], color=hue, linewidth=1.6, solid_capstyle="butt", transform=axes.transAxes)
        axes.plot([x], [y], marker=marker, color=hue, markersize=8, clip_on=False, transform=axes.transAxes)
    _draw_names(axes, look, rows, [(x, y) for x, _, y, _ in places])
    points = ", ".join(
        f"{row.prompt} with {row.model}: {value:.4g} {unit}, score {format_estimate(row.mean)}"
        for row, value in zip(rows, values, strict=True)
    )
    return add_title(picture, look, title, notes, alt=f"{title}. {points}.")


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
    means = drafted.groupby(VERSION_KEYS, sort=False)[column].mean()
    return {(str(prompt), str(model)): float(value) for (prompt, model), value in means.items()}, unit, why


def _cost_title(unit: str) -> str:
    return "Cost" if unit.startswith("USD") else unit.partition(" ")[0].capitalize()


def _cost_axis(axes: Axes, look: Look, values: Sequence[float], unit: str) -> None:
    axes.set_ylim(-0.02, 1.02)
    axes.set_ylabel(f"mean score ({GRADES})", color=look.soft, fontsize=9)
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
    axes: Axes, rows: Sequence[VersionScore], values: Sequence[float]
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


def _draw_names(axes: Axes, look: Look, rows: Sequence[VersionScore], points: Sequence[tuple[float, float]]) -> None:
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
        hue, marker = mark_style(look, place)
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
