"""Tables as an experiment leaves them, with scores that are made up."""

from __future__ import annotations

import numpy as np
import pandas as pd

SECTIONS = ("intro", "background", "awards", "membership", "publications", "final_merits", "conclusion")


def tables(  # noqa: PLR0913  (each a way in which tables differ)
    *,
    prompts=("filing", "awards@0123456789ab"),
    models=("gpt-5",),
    cases=("wu", "minimal", "artist"),
    sections=SECTIONS,
    repeats=3,
    scorers=("checks", "similarity", "judge"),
    cost=0.01,
    tokens=2_000,
    failed=0.05,
    seed=1,
) -> tuple[pd.DataFrame, pd.DataFrame]:
    random = np.random.default_rng(seed)
    cells, scores = [], []
    for place, prompt in enumerate(prompts):
        for rank, model in enumerate(models):
            for case in cases:
                for section in sections:
                    good = 0.55 + 0.12 * place + 0.1 * rank + random.normal(0, 0.15)
                    for repeat in range(1, repeats + 1):
                        key = {"prompt": prompt, "model": model, "case": case, "section": section, "repeat": repeat}
                        cells.append({
                            **key, "cost_usd": None if cost is None else cost * (1 + 40 * rank) * (1 + 0.3 * place),
                            "input_tokens": tokens, "output_tokens": tokens // 4, "latency_s": 3.0 + rank,
                        })  # fmt: skip
                        for scorer in scorers:
                            value = float(np.clip(good + random.normal(0, 0.05), 0, 1))
                            value = round(value * 11) / 11 if scorer == "checks" else value
                            missing = random.random() < failed
                            scores.append({**key, "scorer": scorer, "value": None if missing else value})
    return pd.DataFrame(cells), pd.DataFrame(scores).astype({"value": "float64"})
