"""Embeddings of passages: numbers by which passages of like meaning are near, whatever their words."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from functools import cache
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from workbench.errors import InputError, Problem

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

OFFLINE = "offline"
"""Name of the embeddings whose weights come with the extra ``embed``: nothing is sent anywhere."""


ENDPOINT = "endpoint:"
"""Begins the name of embeddings of an endpoint; the model's name follows."""


class Embedder(Protocol):
    """A model of embeddings.

    Attributes:
        name: As settings and logs name it.
        host: The host that the texts are sent to, or None where they stay on this machine.
    """

    name: str
    host: str | None

    def embed(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Returns one row of length 1 for each text; shape (texts, dimensions).

        Raises:
            EmbeddingsError: They cannot be had.
        """
        ...


class OfflineEmbedder:
    """Embeddings by static vectors of words, from the weights in the wheel of ``wordllama``.

    Raises:
        InputError: The extra ``embed`` is not installed.
    """

    name = OFFLINE
    host: str | None = None

    def __init__(self) -> None:
        self._model = _load_weights()

    def embed(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Returns one row of length 1 for each text, of zeros for one without words.

        Shape (texts, 256).
        """
        import numpy as np  # noqa: PLC0415 - every kernel imports this module, and few use it

        vectors: NDArray[np.float32] = self._model.embed(list(texts), norm=False).astype(np.float32)
        lengths = np.linalg.norm(np.nan_to_num(vectors, copy=False), axis=1, keepdims=True)
        # A text without a word has no direction.
        vectors /= np.maximum(lengths, np.finfo(np.float32).tiny)
        return vectors


@cache
def _load_weights() -> Any:
    # wordllama configures the root logger when it is imported, but only where that has no handler.
    guard = logging.NullHandler()
    logging.getLogger().addHandler(guard)
    try:
        module = import_module("wordllama")
    except ModuleNotFoundError:
        what = "WORKBENCH_EMBEDDINGS is 'offline', and the weights are not installed"
        raise InputError(Problem(what, "pip install 'eb1a-workbench[embed]', or unset it")) from None
    finally:
        logging.getLogger().removeHandler(guard)
    folder = Path(str(module.__file__)).parent
    # Its own search of the tokenizer misses the folder in the wheel, which is laid out like its cache.
    return module.WordLlama.load(cache_dir=folder, disable_download=True)
