"""Executions of a run's graph: their spans, and their failures as events."""

from __future__ import annotations

import asyncio
import logging

from workbench.errors import FencedError
from workbench.live import events
from workbench.workflow.context import GenerationContext
from workbench.workflow.tracing import Trace, describe_run, describe_thread

logger = logging.getLogger("workbench")


class GraphRunner:
    """Runs one thread's graph, once an execution; knows nothing of commands.

    Args:
        thread_id: The run.
        trace: Opens the span of each execution.
    """

    def __init__(self, thread_id: str, trace: Trace) -> None:
        # Late, as in :func:`~workbench.workflow.context.make_control`; the factory has imported it beside the loop.
        from workbench.workflow.graph import PetitionGraph  # noqa: PLC0415

        self._thread_id = thread_id
        self._trace = trace
        self._graph = PetitionGraph(thread_id)

    async def run(self, context: GenerationContext) -> None:
        """Runs the graph over what is unfinished; see :meth:`workbench.workflow.executor.RunExecutor.generate`.

        A failure makes the run ``failed``, a pause makes it ``paused``.

        Raises:
            FencedError: Another process has taken the thread over.
        """
        journal = context.journal
        try:
            if not await self._run_in_span(context):
                journal.emit(events.StatusChange(status="paused"), events.log("paused", agent="run"))
        except asyncio.CancelledError:
            await context.stop_extra_sections()
            raise
        except FencedError:
            # The run is the new writer's: it may not be called failed here.
            raise
        except Exception as error:
            # Whatever it is: the run becomes failed with this message, and what is written stays.
            await context.stop_extra_sections()
            logger.debug("run %s failed", self._thread_id, exc_info=True)
            message = f"{type(error).__name__}: {error}"
            journal.emit(
                events.ErrorRaised(message=message),
                events.log(f"the run failed: {message}", agent="run", level="error"),
                events.StatusChange(status="failed"),
            )
        await journal.flush(text=True)

    async def _run_in_span(self, context: GenerationContext) -> bool:
        """Runs the graph within a span.

        Returns False where it was paused before its end.
        """
        journal, snapshot = context.journal, context.journal.snapshot
        if self._trace.host:
            what = "spans with prompts and drafts" if self._trace.content else "spans without any text of it"
            journal.emit(events.log(f"this run is traced: {what} go to {self._trace.host}", agent="run"))
        with self._trace.open_span(
            f"invoke_workflow {snapshot.document_type}",
            describe_run(snapshot.document_type, len(context.specs)),
            shared=describe_thread(self._thread_id),
        ) as context.trace:
            ended = await self._graph.run(context)
            if not ended:
                # They end at their next step, too; "paused" comes behind the last of their texts.
                await asyncio.gather(*context.extra.values(), return_exceptions=True)
            context.trace.note({"workbench.run.status": journal.snapshot.status if ended else "paused"})
        return ended

    def redraft_beside(self, section_id: str, context: GenerationContext) -> None:
        """Starts to draft a section again while the graph drafts others.

        The task is one of the context's extra sections, before which the execution does not end.
        """
        earlier = context.extra.get(section_id)

        async def draft() -> None:
            if earlier is not None:
                await asyncio.wait({earlier})  # its text stands, its last step may not have ended
            await self._graph.redraft(section_id, context)

        context.extra[section_id] = asyncio.create_task(draft(), name=f"run {self._thread_id} {section_id} again")
