"""Units of measure: what they measure, and how they convert."""

from __future__ import annotations

from typing import NamedTuple

from workbench.text.stems import find_stem

_PREFIXES = {
    "nano": 1e-9,
    "micro": 1e-6,
    "milli": 1e-3,
    "centi": 1e-2,
    "kilo": 1e3,
    "mega": 1e6,
    "giga": 1e9,
    "tera": 1e12,
}
"""Of the International System, those in common use."""
# Name, dimension, size in the dimension's first unit. A month and a year are means: no page counts days by them.
_BASE_UNITS = (
    ("second", "time", 1.0),
    ("metre meter", "length", 1.0),
    ("gram gramme", "mass", 1.0),
    ("newton", "force", 1.0),
    ("pascal", "pressure", 1.0),
    ("watt", "power", 1.0),
    ("joule", "energy", 1.0),
    ("volt", "voltage", 1.0),
    ("ampere", "current", 1.0),
    ("hertz", "frequency", 1.0),
    ("byte", "data", 8.0),
    ("bit", "data", 1.0),
    ("litre liter", "volume", 1.0),
    ("tesla", "field", 1.0),
)
_MORE_UNITS = (
    ("minute", "time", 60.0),
    ("hour", "time", 3_600.0),
    ("day", "time", 86_400.0),
    ("week", "time", 604_800.0),
    ("fortnight", "time", 1_209_600.0),
    ("month", "month", 1.0),
    ("quarter", "month", 3.0),
    ("year", "month", 12.0),
    ("decade", "month", 120.0),
    ("century", "month", 1_200.0),
    ("inch", "length", 0.0254),
    ("foot feet", "length", 0.3048),
    ("yard", "length", 0.9144),
    ("mile", "length", 1_609.344),
    ("ounce", "mass", 28.349523125),
    ("tonne", "mass", 1e6),
    ("acre", "area", 1.0),
    ("hectare", "area", 2.4710538),
    ("gallon", "volume", 3.785411784),
    ("degree", "angle", 1.0),
)


_SIGNS = tuple(
    word
    for names in (
        "khz kilohertz mhz megahertz ghz gigahertz km kilometer cm centimeter mm millimeter nm nanometer kg kilogram",
        "mg milligram kn kilonewton kw kilowatt gw gigawatt kb kilobyte mb megabyte gb gigabyte tb terabyte hr hour",
        "hrs hour sec second secs second yr year yrs year wk week wks week",
    )
    for word in names.split()
)
"""Signs of units, each with its name."""


class Unit(NamedTuple):
    """A unit of measure.

    Attributes:
        dimension: What it measures; days and months are two dimensions, for no number of days is a month.
        size: In the smallest unit of the dimension.
    """

    dimension: str
    size: float


def _read_units() -> dict[str, Unit]:
    found: dict[str, Unit] = {}
    for names, dimension, size in _BASE_UNITS:
        for name in names.split():
            found[find_stem(name)] = Unit(dimension, size)
            found.update({find_stem(prefix + name): Unit(dimension, size * by) for prefix, by in _PREFIXES.items()})
    for names, dimension, size in _MORE_UNITS:
        found.update({find_stem(form): Unit(dimension, size) for name in names.split() for form in (name, f"{name}s")})
    found.update(
        {find_stem(sign): found[find_stem(name)] for sign, name in zip(_SIGNS[::2], _SIGNS[1::2], strict=True)}
    )
    found[find_stem("centuries")] = found[find_stem("century")]
    return found


UNITS = _read_units()
"""Units by the stem of their name."""


def _group_units() -> dict[str, tuple[str, ...]]:
    found: dict[str, list[str]] = {}
    for stem, unit in UNITS.items():
        found.setdefault(unit.dimension, []).append(stem)
    return {stem: tuple(found[unit.dimension]) for stem, unit in UNITS.items()}


ALIKE_UNITS = _group_units()
"""Units that measure the same, by the stem of one of them."""


def is_other_unit(noun: str, other: str) -> bool:
    """Tells if two nouns are units of measure, and not the same one."""
    one, two = UNITS.get(noun), UNITS.get(other)
    return one is not None and two is not None and one != two


def convert_value(value: float, noun: str, target: str) -> float | None:
    """Converts a value to another unit, ``2`` decades to ``20`` years; None where they measure different things.

    Args:
        value: The value.
        noun: Stem of its unit.
        target: Stem of the other unit.
    """
    one, two = UNITS.get(noun), UNITS.get(target)
    if one is None or two is None or one.dimension != two.dimension:
        return None
    return value * one.size / two.size
