"""What happened, as routing sees it: a type, a moment, and the fields that a reader named."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID


@dataclass(frozen=True, slots=True)
class Fact:
    """One consumed event.

    Args:
        ce_id: its identity on the wire.
        type: its published type.
        occurred_at: its moment, UTC.
        fields: what the reader named of it.
        traceparent: the trace that told of it; its notices go on under it.
    """

    ce_id: UUID
    type: str
    occurred_at: datetime
    fields: Mapping[str, object]
    traceparent: str | None = None

    def id_in(self, field: str | None) -> UUID | None:
        """Return the id in a field, or None where there is none."""
        value = self.fields.get(field) if field else None
        return value if isinstance(value, UUID) else None

    @property
    def grid(self) -> str:
        """Return where it happened."""
        return str(self.fields["grid"])
