"""What a service declares in its source, read by importing it; nothing of it runs."""

import importlib
import importlib.util
from collections.abc import Iterable
from dataclasses import dataclass
from types import ModuleType
from typing import Any

from lianfang_common.events import PublishedEvent, Topic
from lianfang_common.subscriptions import Subscription

SERVICES = ("population", "rentals", "incidents", "notifications", "gateway")


class DeclarationWrong(Exception):
    """A service declares something that no contract can say; the message names it."""


@dataclass(frozen=True, slots=True)
class Declared:
    """One service's declarations."""

    name: str
    topics: tuple[Topic, ...]
    events: tuple[type[PublishedEvent], ...]
    subscriptions: tuple[Subscription, ...]
    description: str


def declared(name: str) -> Declared:
    """Import a service and return what it declares.

    Raises:
        DeclarationWrong: a topic or type is named against the rules, or said twice.
    """
    published, handlers = _module(f"{name}.published"), _module(f"{name}.handlers")
    found = Declared(
        name=name,
        topics=tuple(getattr(published, "TOPICS", ())),
        events=tuple(sorted(_events(published), key=lambda event: event.TYPE)),
        subscriptions=tuple(
            sorted(getattr(handlers, "SUBSCRIPTIONS", ()), key=lambda each: each.type)
        ),
        description=(importlib.import_module(name).__doc__ or name).strip(),
    )
    check(found)
    return found


def _module(name: str) -> ModuleType | None:
    # A service that publishes or reads nothing has no such file.
    return importlib.import_module(name) if importlib.util.find_spec(name) else None


def _events(module: ModuleType | None) -> Iterable[type[PublishedEvent]]:
    for value in vars(module).values() if module else ():
        if isinstance(value, type) and issubclass(value, PublishedEvent) and _has_type(value):
            yield value


def _has_type(event: type[PublishedEvent]) -> bool:
    # Shared bases and the kernel's own class carry no type.
    return isinstance(getattr(event, "TYPE", None), str)


def check(found: Declared) -> None:
    """Refuse declarations that no contract can say.

    Raises:
        DeclarationWrong: a topic or type is named against the rules, or said twice.
    """
    topics = {topic.name for topic in found.topics}
    for event in found.events:
        prefix = f"{event.TOPIC.name}."
        if event.TOPIC.name not in topics:
            raise DeclarationWrong(f"{event.TYPE}: its topic is not among TOPICS")
        if not event.TYPE.startswith(prefix) or not event.TYPE.startswith(f"{found.name}."):
            raise DeclarationWrong(f"{event.TYPE}: a type begins with its service and topic")
        if event.KEY not in event.model_fields:
            raise DeclarationWrong(f"{event.TYPE}: its key {event.KEY} is no field")
    _once((event.TYPE for event in found.events), "published twice")
    _once((each.type for each in found.subscriptions), f"read twice by {found.name}")


def _once(names: Iterable[Any], complaint: str) -> None:
    seen: set[Any] = set()
    for name in names:
        if name in seen:
            raise DeclarationWrong(f"{name}: {complaint}")
        seen.add(name)
