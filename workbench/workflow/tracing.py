"""Spans of a run: the run, its sections' steps, the requests to a model.

    invoke_workflow petition -> draft awards, check awards, revise awards, … -> chat gpt-4.1

Attributes follow OpenTelemetry's conventions for generative AI; what these have no name for begins with ``workbench.``.
No text of a case, a prompt or a draft is among them unless ``WORKBENCH_TRACING_CONTENT`` says so: names of sections and
prompts are the product's own, and errors are told by their class. This module imports nothing of OpenTelemetry: most
runs are not traced. :mod:`workbench.workflow.span_sender` sends the spans.
"""

from __future__ import annotations

import json
import operator
import time
import uuid
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import reduce
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

if TYPE_CHECKING:
    from opentelemetry.trace import Span, Tracer

    # Only for types: the loop imports this module, also for commands that draft nothing.
    from workbench.drafting.request import Model, ModelRequest, ModelUsage
    from workbench.drafting.section_spec import SectionSpec

Value = str | bool | int | float | Sequence[str] | None


class Trace:
    """One span, and the place for the spans within it.

    Without a tracer nothing is recorded, and nothing of OpenTelemetry imported.

    Args:
        tracer: Makes spans; None: the run is not traced.
        host: Where the spans go.
        content: Whether spans may hold the text of prompts and drafts.

    Attributes:
        host: Host and port that get the spans; empty where the run is not traced.
        content: Whether spans may hold the text of prompts and drafts.
    """

    def __init__(self, tracer: Tracer | None = None, *, host: str = "", content: bool = False) -> None:
        self.host = host
        self.content = content
        self._tracer = tracer
        self._span: Span | None = None
        self._shared: Mapping[str, Value] = {}

    def __repr__(self) -> str:
        return f"<Trace: to {self.host}>" if self._tracer is not None else "<Trace: off>"

    @contextmanager
    def open_span(
        self,
        name: str,
        attributes: Mapping[str, Value],
        *,
        shared: Mapping[str, Value] | None = None,
        client: bool = False,
    ) -> Iterator[Trace]:
        """Opens a span within this one, and ends it with the block.

        An exception of the block is recorded by its class alone: its text may quote a draft.

        Args:
            name: Without any text of a case.
            attributes: None stands for what is not known.
            shared: Attributes that the spans within it have, too.
            client: Whether the span is a request to another process.
        """
        if self._tracer is None:
            yield self
            return
        from opentelemetry.context import Context  # noqa: PLC0415 - see the module's docstring
        from opentelemetry.trace import SpanKind, Status, StatusCode, set_span_in_context  # noqa: PLC0415

        inner = Trace(self._tracer, host=self.host, content=self.content)
        inner._shared = {**self._shared, **(shared or {})}
        # Never the current span of the thread: that is of another program in the same kernel.
        context = Context() if self._span is None else set_span_in_context(self._span, Context())
        span = self._tracer.start_span(name, context, SpanKind.CLIENT if client else SpanKind.INTERNAL)
        inner._span = span
        inner.note({**inner._shared, **attributes})
        try:
            yield inner
        except BaseException as error:
            inner.note({"error.type": type(error).__name__})
            span.set_status(Status(StatusCode.ERROR))
            raise
        finally:
            span.end()

    def note(self, attributes: Mapping[str, Value]) -> None:
        """Adds attributes to the span."""
        if self._span is not None:
            self._span.set_attributes({name: value for name, value in attributes.items() if value is not None})


@dataclass
class RequestFigures:
    """Figures of one request while its answer streams.

    Attributes:
        calls: Usage of each call; a request that is asked again has several.
        endings: How each call ended: see :class:`workbench.drafting.request.Chunk`.
        first_text_s: From the request to the first text, seconds; None before it.
    """

    calls: list[ModelUsage] = field(default_factory=list)
    endings: list[str] = field(default_factory=list)
    first_text_s: float | None = None
    _began: float = field(default_factory=time.monotonic)

    def mark_text(self) -> None:
        """Notes that text has come."""
        if self.first_text_s is None:
            self.first_text_s = time.monotonic() - self._began

    def describe(self) -> dict[str, Value]:
        """Returns the attributes: tokens, cost in USD, endings."""
        described: dict[str, Value] = {
            "gen_ai.response.finish_reasons": tuple(filter(None, self.endings)) or None,
            "gen_ai.response.time_to_first_chunk": self.first_text_s,
        }
        if self.calls:
            usage = reduce(operator.add, self.calls)
            # Nought tokens were not counted: no prompt is empty.
            described["gen_ai.usage.input_tokens"] = usage.input_tokens or None
            described["gen_ai.usage.output_tokens"] = usage.output_tokens or None
            # The conventions have no name for it; Langfuse reads this one.
            described["gen_ai.usage.cost"] = usage.cost_usd
        return described


def describe_thread(thread_id: str) -> dict[str, Value]:
    """Returns the attributes by which the spans of a run are found.

    An id that the product made is sent as it is. One that the user chose may be a client's name: in its place a UUID
    stands that follows from it.

    Examples:
        >>> describe_thread("wu-1")["session.id"]
        '4cb5b6d1-f52c-58cb-84ed-ab7c878cfd83'
    """
    try:
        sent = str(uuid.UUID(thread_id))
    except ValueError:
        sent = str(uuid.uuid5(uuid.NAMESPACE_OID, thread_id))
    # The first is of the conventions, by the second Langfuse groups the executions of a run.
    return {"gen_ai.conversation.id": sent, "session.id": sent}


def describe_run(document_type: str, sections: int) -> dict[str, Value]:
    """Returns the attributes of a run's span."""
    return {
        "gen_ai.operation.name": "invoke_workflow",
        "gen_ai.workflow.name": document_type,
        "workbench.run.sections": sections,
    }


def name_section(spec: SectionSpec) -> str:
    """Returns the product's own name of a section.

    Ids of requests and opinions are the case file's.
    """
    return spec.prompt or spec.section_id


def describe_step(step: str, spec: SectionSpec, number: int, attempt: int, version: str | None) -> dict[str, Value]:
    """Returns the attributes of a step's span.

    Args:
        step: ``draft``, ``revise`` or ``check``.
        spec: The section.
        number: Of the section in the run, from 1.
        attempt: Of the draft, from 1.
        version: The prompt's.
    """
    return {
        "workbench.step": step,
        "workbench.section": name_section(spec),
        "workbench.section.number": number,
        "workbench.attempt": attempt,
        "workbench.prompt.version": version,
    }


def describe_findings(findings: Sequence[Mapping[str, Any]], outcome: str | None) -> dict[str, Value]:
    """Returns the attributes of a check's result: numbers, and where the section goes.

    Args:
        findings: As events carry them.
        outcome: The section's status; None: it is sent back to the writer.
    """
    severities = [finding["severity"] for finding in findings]
    return {
        "workbench.findings.errors": severities.count("error"),
        "workbench.findings.warnings": severities.count("warning"),
        "workbench.outcome": outcome or "sent back",
    }


def describe_request(model: Model, request: ModelRequest, version: str, *, content: bool) -> dict[str, Value]:
    """Returns the attributes of a request's span.

    Args:
        model: The model that is asked.
        request: The request.
        version: The prompt's.
        content: Whether the text of both messages is among them.
    """
    host, port = _split_host(model.host or "")
    described: dict[str, Value] = {
        "gen_ai.operation.name": "chat",
        # The form of the requests, whoever serves them; models that a caller brings have none.
        "gen_ai.provider.name": getattr(model, "provider", "_OTHER"),
        "gen_ai.request.model": name_model(model),
        "gen_ai.output.type": "text",
        "server.address": host or None,
        "server.port": port,
        "workbench.prompt.version": version,
    }
    if content:
        described["gen_ai.system_instructions"] = json.dumps([_make_part(request.system)])
        described["gen_ai.input.messages"] = json.dumps([{"role": "user", "parts": [_make_part(request.user)]}])
    return described


def describe_answer(text: str, figures: RequestFigures) -> dict[str, Value]:
    """Returns the attributes that hold the text of an answer."""
    ending = {"finish_reason": figures.endings[-1]} if figures.endings else {}
    message = {"role": "assistant", "parts": [_make_part(text)], **ending}
    return {"gen_ai.output.messages": json.dumps([message])}


def name_model(model: Model) -> str:
    """Returns a model's name as its endpoint knows it, or its label."""
    return str(getattr(model, "model", model.label))


def _split_host(host: str) -> tuple[str, int | None]:
    try:
        parts = urlsplit(f"//{host}")
        name, port = parts.hostname or "", parts.port
    except ValueError:
        # A model that a caller brings names its host as it likes.
        name, port = host, None
    return name, port


def _make_part(text: str) -> dict[str, str]:
    return {"type": "text", "content": text}
