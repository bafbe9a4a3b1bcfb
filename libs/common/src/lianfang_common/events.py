"""How a service declares what it publishes and what it reads of others.

The publisher's class is the promise, the reader's class the need; neither imports the other.
The contract files are generated from both.
"""

from dataclasses import dataclass
from typing import ClassVar
from uuid import UUID

from pydantic import BaseModel, ConfigDict


@dataclass(frozen=True, slots=True)
class Topic:
    """One Kafka topic: the events of one kind of aggregate, in order per aggregate."""

    name: str
    description: str
    partitions: int = 6
    retention_days: int = 35
    restricted: bool = False
    """Only readers that the contract names one by one; counts and lag are not shown to ops."""
    counted: bool = True
    """False where a part of the facts follows from restricted ones: ops could take the rest off."""


class PublishedEvent(BaseModel):
    """A fact that the service publishes; every field is part of the promise.

    Ids, codes, enums, numbers about things, dates and times; never a name, a document number,
    a phone number, free text, or a hash of one of them.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", use_attribute_docstrings=True)

    TYPE: ClassVar[str]
    TOPIC: ClassVar[Topic]
    KEY: ClassVar[str]
    """Name of the field that holds the aggregate's id: the Kafka key."""

    def key(self) -> UUID:
        """Return the id of the aggregate that the fact is about."""
        return UUID(str(getattr(self, self.KEY)))


class ConsumedEvent(BaseModel):
    """What a reader needs of another's event; fields that it does not name are ignored."""

    model_config = ConfigDict(frozen=True, extra="ignore", use_attribute_docstrings=True)


def topic_of(event_type: str) -> str:
    """Return an event type's topic (`a.b.done.v1` is in `a.b`)."""
    service, aggregate, _ = event_type.split(".", 2)
    return f"{service}.{aggregate}"
