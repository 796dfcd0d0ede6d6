"""Embeddings that the settings name."""

from __future__ import annotations

from workbench.case.embeddings import ENDPOINT, OFFLINE, Embedder, OfflineEmbedder
from workbench.config import Settings


def embedder_from_settings(settings: Settings) -> Embedder | None:
    """Returns the embeddings that ``WORKBENCH_EMBEDDINGS`` names; None for none.

    Raises:
        InputError: The extra ``embed`` is not installed, or address or key of the endpoint cannot be used.
    """
    name = settings.embeddings
    if name is None:
        return None
    if name == OFFLINE:
        return OfflineEmbedder()
    # Late: importing the openai package takes half a second, and most kernels send nothing to an endpoint.
    from workbench.drafting.endpoint import key_from_settings  # noqa: PLC0415
    from workbench.drafting.endpoint_embeddings import EndpointEmbedder  # noqa: PLC0415

    return EndpointEmbedder(
        name.removeprefix(ENDPOINT), base_url=settings.openai_base_url, api_key=key_from_settings(settings)
    )
