"""Embeddings of an OpenAI-compatible endpoint."""

from __future__ import annotations

import asyncio
import hashlib
import json
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import openai
from numpy.typing import NDArray

from workbench.case.embeddings import ENDPOINT
from workbench.config import is_this_machine
from workbench.drafting.endpoint import EndpointAddress, Key, KeySource
from workbench.drafting.openai_model import DEFAULT_BASE_URL
from workbench.errors import EmbeddingsError, ModelRefusedError, printable
from workbench.text.bounded_cache import BoundedCache

_BATCH = 64
"""Passages of one request; some endpoints take no more than 100."""
_TIMEOUT_S = 60.0
_LONGEST_REASON = 200
_kept: BoundedCache[NDArray[np.float32]] = BoundedCache(20_000)
"""Rows by endpoint, model and digest of the text; in memory only, for they tell of a client's pages."""


class EndpointEmbedder:
    """Embeddings of a model at the endpoint of the settings. Blocks while it is asked.

    Args:
        model: The model's name, as the endpoint knows it.
        base_url: ``OPENAI_BASE_URL``, or None.
        api_key: ``OPENAI_API_KEY``, a source of tokens, or None.

    Raises:
        ModelRefusedError: The address or the key cannot be used.
    """

    def __init__(self, model: str, *, base_url: str | None, api_key: str | KeySource | None) -> None:
        self.name = f"{ENDPOINT}{model}"
        self._model = model
        self._address = EndpointAddress.of(base_url or DEFAULT_BASE_URL)
        self._key = Key(api_key, needed=base_url is None)
        self.host: str | None = self._address.host

    def embed(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Returns one row of length 1 for each text.

        Shape (texts, dimensions). A text is sent once.

        Raises:
            EmbeddingsError: The endpoint does not give them.
        """
        keys = [(self._address.base_url, self._model, hashlib.sha256(text.encode()).digest()) for text in texts]
        known = [_kept.get(key) for key in keys]
        missing = list(dict.fromkeys(text for text, row in zip(texts, known, strict=True) if row is None))
        if missing:
            # In a thread of its own: the caller's may have a loop that runs.
            with ThreadPoolExecutor(1) as pool:
                new = dict(zip(missing, pool.submit(asyncio.run, self._ask(missing)).result(), strict=True))
            for place, (text, key) in enumerate(zip(texts, keys, strict=True)):
                if known[place] is None:
                    known[place] = _kept.add(key, new[text])
        rows = [row for row in known if row is not None]
        if len({row.shape for row in rows}) > 1:
            raise EmbeddingsError("its rows have different lengths")
        return np.stack(rows)

    async def _ask(self, texts: Sequence[str]) -> list[NDArray[np.float32]]:
        headers = {"api-key": self._key.text} if self._address.is_azure and self._key.text else None
        http = openai.DefaultAsyncHttpxClient(
            timeout=_TIMEOUT_S,
            follow_redirects=False,  # the host that the attorney was shown is the only one asked
            trust_env=not is_this_machine(self._address.base_url),
            verify=self._address.make_verification(),
        )
        rows: list[NDArray[np.float32]] = []
        try:
            async with openai.AsyncOpenAI(
                api_key=self._key.for_client(),
                base_url=self._address.base_url,
                default_query=self._address.query,
                default_headers=headers,
                timeout=_TIMEOUT_S,
                http_client=http,
            ) as client:
                for start in range(0, len(texts), _BATCH):
                    batch = list(texts[start : start + _BATCH])
                    answer = await client.embeddings.create(model=self._model, input=batch, encoding_format="float")
                    rows += _read_rows(answer, len(batch))
        except (openai.OpenAIError, ModelRefusedError, json.JSONDecodeError, UnicodeDecodeError) as error:
            reason = str(error).replace(self._key.secret or "\0", "…")
            raise EmbeddingsError(printable(reason)[:_LONGEST_REASON]) from None
        return rows


def _read_rows(answer: object, count: int) -> list[NDArray[np.float32]]:
    """Reads the rows of an answer, in the order of the texts.

    Raises:
        EmbeddingsError: It is no list of so many rows of finite numbers.
    """
    try:
        data = sorted(answer.data, key=lambda each: each.index)  # type: ignore[attr-defined]
        rows = np.array([each.embedding for each in data], dtype=np.float32)
    except (AttributeError, TypeError, ValueError):
        raise EmbeddingsError("its answer holds no embeddings") from None
    if rows.ndim != 2 or len(rows) != count or not rows.size or not np.isfinite(rows).all():  # noqa: PLR2004 - a table
        raise EmbeddingsError("its answer holds no embedding for each text")
    lengths = np.maximum(np.linalg.norm(rows, axis=1, keepdims=True), np.finfo(np.float32).tiny)
    return list(rows / lengths)
