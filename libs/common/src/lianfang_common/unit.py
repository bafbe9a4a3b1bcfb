"""The unit of work: everything that one transaction may change, announce and schedule.

A use case is given an open unit and never commits. What it publishes and schedules is collected
here and written at the end by `outbox.flush`, after the aggregates' rows, so that an outbox row is
inserted only while its aggregate's row is locked.
"""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from lianfang_common.events import PublishedEvent
from lianfang_common.ids import new_id
from lianfang_common.principal import Principal

Wake = Callable[[str], None]
"""Wakes a role of the service, `relay` or `timers`, wherever it runs."""
SOON = timedelta(seconds=5)  # whoever looks each second finds a later deadline by itself


@dataclass(frozen=True, slots=True)
class OutboxMessage:
    """One fact on its way out, as the outbox keeps it."""

    message_id: UUID
    topic: str
    key: UUID
    type: str
    aggregate_version: int
    account: UUID | None
    occurred_at: datetime
    traceparent: str | None
    body: bytes


@dataclass(frozen=True, slots=True)
class TimerRow:
    """One deadline: `kind` and `subject` identify it, `version` tells an old one from a new one."""

    kind: str
    subject: UUID
    due_at: datetime
    version: int = 0


class Unit:
    """One open transaction with its clock, its caller, its facts and its timers.

    Args:
        connection: the open transaction; repositories use it.
        now: the moment of the whole unit, UTC.
        principal: the caller, or None where an event, a timer or an operator acts.
        traceparent: W3C trace context under which facts are published, or None.
    """

    def __init__(
        self,
        connection: AsyncConnection,
        now: datetime,
        principal: Principal | None = None,
        traceparent: str | None = None,
    ) -> None:
        self.connection = connection
        self.now = now
        self.principal = principal
        self.traceparent = traceparent
        self.messages: list[OutboxMessage] = []
        self.scheduled: list[TimerRow] = []
        self.cancelled: list[tuple[str, UUID]] = []
        self.writes: list[tuple[str, Sequence[Any]]] = []
        """Statements for the flush with their parameters; see `write`."""
        self.refused: dict[str, Exception] = {}
        self.before_flush: list[Callable[[], Awaitable[None]]] = []
        """Awaited in order before the flush: a service's rows, written once for a whole batch."""
        self.on_commit: list[Callable[[], None]] = []
        """Called in order once the transaction is committed, and never otherwise."""

    def publish(self, event: PublishedEvent, aggregate_version: int) -> UUID:
        """Announce a fact with this transaction.

        Args:
            event: the fact.
            aggregate_version: version of the aggregate after the fact, 1 for its creation.

        Returns:
            the message's id, `ce_id` on the wire.
        """
        message_id = new_id()
        self.messages.append(
            OutboxMessage(
                message_id=message_id,
                topic=event.TOPIC.name,
                key=event.key(),
                type=event.TYPE,
                aggregate_version=aggregate_version,
                account=self.principal.account if self.principal else None,
                occurred_at=self.now,
                traceparent=self.traceparent,
                body=event.model_dump_json().encode(),
            )
        )
        return message_id

    def write(self, sql: str, *values: Any, **refused: Exception) -> None:
        """Let the flush insert or update rows in its one message.

        The rows are new, or locked by this transaction. Statements so written see nothing of each
        other, but for foreign keys, which are checked at the end.

        Args:
            sql: one statement.
            values: its parameters, from `$1` on; it uses all of them.
            refused: the use case's error where a constraint of this name refuses.
        """
        self.writes.append((sql, values))
        self.refused.update(refused)

    def schedule(self, kind: str, subject: UUID, due_at: datetime, version: int = 0) -> None:
        """Set the deadline of (kind, subject), replacing an earlier one."""
        self.scheduled.append(TimerRow(kind, subject, due_at, version))

    def cancel(self, kind: str, subject: UUID) -> None:
        """Drop the deadline of (kind, subject), set here or before; without one nothing happens."""
        gone = kind, subject
        self.scheduled = [row for row in self.scheduled if (row.kind, row.subject) != gone]
        self.cancelled.append(gone)

    def committed(self, wake: Wake) -> None:
        """Wake the roles that this transaction gave work, and call `on_commit`."""
        if self.messages:
            wake("relay")
        if any(row.due_at < self.now + SOON for row in self.scheduled):
            wake("timers")
        for call in self.on_commit:
            call()
