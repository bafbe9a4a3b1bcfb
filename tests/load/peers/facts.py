"""A made district and the facts that happen in it, as their publishers' relays send them."""

import json
import random
from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID, uuid5

from incidents.published import IncidentOpenedV1
from lianfang_common.events import PublishedEvent
from lianfang_common.ids import new_id, new_random_id
from lianfang_common.unit import OutboxMessage
from notifications.domain.directory import Area, Office
from rentals.published import TenancyRegisteredV1, TenantV1

COMMUNITIES, GRIDS = 40, 6
_SPACE = UUID("01990101-0000-7000-8000-000000000000")
_MIX = (
    # What an ordinary day brings: (code, criminal, against a person, share in percent).
    ("theft", True, False, 22), ("noise", False, False, 22), ("fraud", True, False, 12),
    ("traffic_obstruction", False, False, 12), ("burglary", True, False, 8),
    ("lost_property", False, False, 8), ("domestic_violence", False, True, 6),
    ("assault", True, True, 5), ("help_request", False, False, 5),
)  # fmt: skip
_TRACE = "00-{:032x}-{:016x}-01"


def _id(name: str) -> UUID:
    return uuid5(_SPACE, name)


def _communities() -> list[str]:
    return [f"990101001{number:03d}" for number in range(1, COMMUNITIES + 1)]


def _grids(community: str) -> tuple[str, ...]:
    return tuple(f"{community}{number:03d}" for number in range(1, GRIDS + 1))


def district() -> tuple[list[Area], list[Office]]:
    """Return 40 communities of 6 grids with a room and a committee each, a station, a bureau."""
    codes = ["990101", "990101001"]
    offices = []
    every = tuple(grid for community in _communities() for grid in _grids(community))
    bureau, station = _id("bureau"), _id("station")
    offices += [_office(bureau, "bureau", every), _office(station, "station", every, bureau)]
    for community in _communities():
        grids = _grids(community)
        codes += [community, *grids]
        offices.append(_office(_id(f"room {community}"), "room", grids, station))
        offices.append(_office(_id(f"committee {community}"), "committee", grids))
    levels = {6: "county", 9: "street", 12: "community", 15: "grid"}
    areas = [
        Area(_id(code), code, levels[len(code)], code[:-3] if len(code) > 6 else None,
             f"第{code[-3:]}社区", f"Community {code[-3:]}", 1)
        for code in codes
    ]  # fmt: skip
    return areas, offices


def _office(
    office_id: UUID, kind: Any, grids: tuple[str, ...], parent: UUID | None = None
) -> Office:
    return Office(office_id, kind, "单位", "Office", parent, None, grids, date(2026, 1, 1), 1)


def some_facts(
    count: int, *, seed: int, prefix: str = "", traced: bool = True
) -> list[OutboxMessage]:
    """Return facts in the mix of an ordinary day: as many tenancies as incidents.

    Args:
        count: how many.
        seed: of the mix; ids are new each time.
        prefix: of the topics' names, for topics of a run's own.
        traced: whether each carries a trace of its own, as a command's facts do.
    """
    chosen = random.Random(seed)
    now = datetime.now(UTC)
    return [_message(_fact(chosen, nth, now), chosen, now, prefix, traced) for nth in range(count)]


def _fact(chosen: random.Random, nth: int, now: datetime) -> PublishedEvent:
    grid = chosen.choice(_grids(chosen.choice(_communities())))
    if nth % 2:
        tenants = [
            TenantV1(person_id=new_random_id(), receipt_id=new_random_id())
            for _ in range(chosen.choice((1, 1, 2, 3)))
        ]
        first = now.date()
        return TenancyRegisteredV1(
            tenancy_id=new_id(), premises_id=new_id(), grid=grid, tenants=tenants,
            first_day=first, last_day=first + timedelta(days=364), registered_by="landlord",
        )  # fmt: skip
    code, criminal, person, _ = chosen.choices(_MIX, [each[3] for each in _MIX])[0]
    burglary = code == "burglary"
    return IncidentOpenedV1(
        incident_id=new_id(), classification=code, criminal=criminal, against_person=person,
        grid=grid, premises_id=new_id() if burglary else None, opened_at=now,
        day_part="evening", method="lock_picked" if burglary else None,
        tip="lock_doors_and_windows" if burglary else None,
        arrive_by=now + timedelta(minutes=15) if criminal else None, source="feed_110",
    )  # fmt: skip


def _message(
    event: PublishedEvent, chosen: random.Random, now: datetime, prefix: str, traced: bool
) -> OutboxMessage:
    return OutboxMessage(
        message_id=new_id(),
        topic=prefix + event.TOPIC.name,
        key=event.key(),
        type=event.TYPE,
        aggregate_version=1,
        account=new_random_id(),
        occurred_at=now,
        traceparent=_TRACE.format(chosen.getrandbits(128), chosen.getrandbits(64))
        if traced
        else None,
        body=event.model_dump_json().encode(),
    )


def write_facts(path: Path, facts: Sequence[OutboxMessage]) -> None:
    """Keep facts for a program that is not fed by Kafka."""
    with path.open("w") as file:
        for fact in facts:
            what = [str(fact.message_id), fact.type, fact.occurred_at.isoformat()]
            where = [fact.body.decode(), fact.topic, str(fact.key)]
            file.write(json.dumps(what + where) + "\n")


def read_facts(path: Path) -> list[list[str]]:
    """Return (id, type, moment, body, topic, key) of each fact that was kept."""
    return [json.loads(line) for line in path.read_text().splitlines()]
