"""Moments of a run as many hands leave it: sections edited, redrafted, dropped; exhibits that come late."""

from __future__ import annotations

import random
import re

from tests.export.conftest import CONTENT, exhibits, section, snapshot
from workbench.live.snapshot import Snapshot

_NEW = (
    "The committee found that Dr. Wu *alone* had met the standard [@wolf-prize, p. 2].",
    "She was asked twice, and declined once -- in 1961.",
    "> A **quoted** line\n> of two rows [@nas-bylaws, pp. 3-4].",
    "1. First point\n2. Second point [@parity-paper]\n3. Third point",
    "- one\n- two\n  - nested\n- three",
    "### A New Heading",
    "Ordinary words, added at the end.",
)


def make_moment(seed: int, *, sections: tuple[str, ...] = tuple(CONTENT), most: int = 99) -> Snapshot:
    """Returns a moment that the seed decides, of some sections of the sample and at most so many exhibits."""
    dice = random.Random(seed)  # noqa: S311 - not a secret
    kept = [name for name in sections if dice.random() > 0.1]
    states = []
    for name in kept:
        if dice.random() < 0.1:
            states.append(section(name, status="pending", content="", attempts=0, prompt_version=None))
        else:
            states.append(section(name, content=_edit(CONTENT[name][1], dice)))
    listed = [exhibit for exhibit in exhibits()[:most] if dice.random() > 0.1]
    numbered = tuple(exhibit.model_copy(update={"number": place}) for place, exhibit in enumerate(listed, start=1))
    return snapshot(sections=tuple(states), exhibits=numbered, last_event_id=f"1795000000000-{seed}")


def _edit(content: str, dice: random.Random) -> str:
    blocks = content.split("\n\n")
    for _ in range(dice.randrange(5)):
        place = dice.randrange(len(blocks))
        words = re.split(r"(\s+)", blocks[place])
        match dice.randrange(7):
            case 0:
                blocks.insert(place, dice.choice(_NEW))
            case 1 if len(blocks) > 1:
                del blocks[place]
            case 2:
                blocks[place] += " " + dice.choice(_NEW).replace("\n", " ").lstrip(">-# 1.")
            case 3:
                dice.shuffle(blocks)
            case 4:
                blocks[place] = re.sub(r"\[@[^\]]*\]", "[@nms-history, p. 1]", blocks[place], count=1)
            case 5:
                blocks[place] = blocks[place].replace("*", "")
            case _:
                words[2 * dice.randrange((len(words) + 1) // 2)] = "changed"
                blocks[place] = "".join(words)
    return "\n\n".join(blocks)
