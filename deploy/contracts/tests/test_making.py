"""What the generator makes of declarations, on events of its own."""

from datetime import date, datetime
from typing import ClassVar, Literal
from uuid import UUID

import pytest
from pydantic import Field

from lianfang_common.events import ConsumedEvent, PublishedEvent, Topic
from lianfang_common.subscriptions import Subscription
from lianfang_contracts import asyncapi, broker
from lianfang_contracts.declared import DeclarationWrong, Declared, check
from lianfang_contracts.examples import example
from lianfang_contracts.schemas import reader_schema, writer_schema

ROOM = Topic("rentals.room", "Rooms.")
SECRET = Topic("population.secret", "Kept short.", retention_days=7, restricted=True)
TOPICS = {topic.name: topic for topic in (ROOM, SECRET)}


class RoomLetV1(PublishedEvent):
    """A room was let."""

    TYPE: ClassVar = "rentals.room.let.v1"
    TOPIC: ClassVar = ROOM
    KEY: ClassVar = "room_id"

    room_id: UUID
    """The room."""
    kind: Literal["small", "large"] = "small"
    """How large."""
    until: date | None = None
    """Last day."""
    beds: list[UUID] = Field(default_factory=list)
    """Its beds."""
    let_at: datetime
    """When."""


class SecretTold(ConsumedEvent):
    """What rentals would need of a secret."""

    secret_id: UUID
    note: str = ""


async def on_secret(events, uow) -> None:
    """Nothing."""


def a_service(*subscriptions: str, events=(RoomLetV1,)) -> Declared:
    read = tuple(Subscription(kind, SecretTold, on_secret) for kind in subscriptions)
    return Declared("rentals", (ROOM,), events, read, "Rooms.")


def test_every_field_is_guaranteed_with_and_without_a_default():
    schema = writer_schema(RoomLetV1)
    assert set(schema["required"]) == {"room_id", "kind", "until", "beds", "let_at"}
    assert (schema["x-topic"], schema["x-key"]) == ("rentals.room", "room_id")


def test_a_reader_needs_what_has_no_default_and_bears_more():
    schema = reader_schema(SecretTold)
    assert schema["required"] == ["secret_id"]
    assert "additionalProperties" not in schema


def test_a_writer_promises_no_end_of_fields():
    assert "additionalProperties" not in str(writer_schema(RoomLetV1))


def test_examples_are_the_same_at_every_run_and_differ_from_each_other():
    minimal, full = example(RoomLetV1, "minimal"), example(RoomLetV1, "full")
    assert (minimal, full) == (example(RoomLetV1, "minimal"), example(RoomLetV1, "full"))
    assert minimal | {"let_at": ""} == {
        "room_id": minimal["room_id"], "kind": "small", "until": None, "beds": [], "let_at": "",
    }  # fmt: skip
    assert (full["kind"], full["until"], len(set(full["beds"]))) == ("large", "2026-11-22", 2)


def test_dead_letters_are_kept_a_week_at_least_and_as_long_as_their_topic():
    made = broker.topics_file(a_service("population.secret.told.v1", "rentals.room.let.v1"), TOPICS)
    assert {each["name"]: each["retention_days"] for each in made["topics"]} == {
        "rentals.population.secret.dlq": 7,
        "rentals.rentals.room.dlq": 35,
        "rentals.room": 35,
    }
    assert [each["restricted"] for each in made["topics"]] == [True, False, False]


def test_rights_name_what_is_published_parked_and_read():
    assert broker.rights_file(a_service("population.secret.told.v1")) == {
        "service": "rentals",
        "write": ["rentals.population.secret.dlq", "rentals.room"],
        "read": ["population.secret"],
        "groups": ["rentals.main"],
    }


def test_a_topic_that_nobody_declares_cannot_be_read():
    with pytest.raises(DeclarationWrong, match=r"population\.other"):
        broker.topics_file(a_service("population.other.told.v1"), TOPICS)


def test_payloads_of_asyncapi_are_the_contracts_own_files():
    document = asyncapi.document(
        a_service("population.secret.told.v1"), TOPICS, {"population.secret.told.v1": "Told."}
    )
    payloads = {k: m["payload"]["$ref"] for k, m in document["components"]["messages"].items()}
    assert payloads == {
        "rentals.room.let.v1": "./publishes/rentals.room.let.v1/schema.json",
        "population.secret.told.v1": "./consumes/population.secret.told.v1.json#/schema",
    }


class Misnamed(RoomLetV1):
    """Named after another topic."""

    TYPE: ClassVar = "rentals.house.let.v1"


class Foreign(RoomLetV1):
    """Keyed by nothing."""

    KEY: ClassVar = "house_id"


@pytest.mark.parametrize(
    "wrong",
    [
        a_service(events=(Misnamed,)),
        a_service(events=(Foreign,)),
        a_service(events=(RoomLetV1, RoomLetV1)),
        a_service("population.secret.told.v1", "population.secret.told.v1"),
        Declared("rentals", (), (RoomLetV1,), (), "No topics."),
    ],
)
def test_a_wrong_declaration_is_refused(wrong):
    with pytest.raises(DeclarationWrong):
        check(wrong)
