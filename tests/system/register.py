"""Persons on the register of supervision and help, as officers enter, move and review them.

Every test lists people of its own: it names somebody new, lets that person live in the section of
office A, and enters the person there.
"""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from journeys import TYPED_NAMES, a_document_number, register_tenancy, rows_of, until
from network import Network, Recorded, Users, created

from lianfang_demo.client import Reply
from lianfang_demo.zone import today

CASES = "/api/v1/population/residence-change-cases"
ENTRIES = "/api/v1/population/supervision-entries"
SEARCHES = "/api/v1/population/persons/searches"


@dataclass(frozen=True)
class Listed:
    """Somebody on the register.

    Attributes:
        officer: login of an officer of the responsible office.
        number: the person's document number, as a form would be given it.
        entry_id: the entry.
    """

    officer: str
    name: str
    number: str
    person_id: str
    entry_id: str


async def a_resident(officer: Recorded, premises_id: str, number: str) -> str:
    """Let somebody live at premises and return the person's id, as the officer finds it."""
    await register_tenancy(officer, premises_id, number=number)

    async def found() -> str | None:
        reply = await officer.post(SEARCHES, {"document_number": number})
        assert reply.status == 200, reply.body
        return next((row["person_id"] for row in reply.body["items"]), None)

    return str(await until("the new resident in population", found))


def a_ground(**changed: Any) -> dict[str, Any]:
    """Return a statutory ground with organ, document and dates."""
    return {
        "category": "resettlement_help",
        "statute": "prison-law-37",
        "deciding_organ": "示范区司法局",
        "document_number": "示范〔2026〕测试",
        "starts_on": str(today() - timedelta(days=30)),
        "ends_on": str(today() + timedelta(days=300)),
        "review_due_on": str(today() + timedelta(days=60)),
        **changed,
    }


async def list_somebody(users: Users, network: Network, login: str, **ground: Any) -> Listed:
    """Enter somebody new on the register of an officer's office."""
    officer = await users(login)
    number = a_document_number()
    premises = network.premises_in(network.grids_of(login))[0]
    person_id = await a_resident(officer, premises, number)
    entry = created(await officer.post(ENTRIES, {"person_id": person_id, **a_ground(**ground)}))
    return Listed(login, TYPED_NAMES[0], number, person_id, str(entry["id"]))


async def move(users: Users, network: Network, listed: Listed, login: str) -> str:
    """Let a listed person rent rooms in the section of another officer; return the tenancy."""
    premises = network.premises_in(network.grids_of(login))[0]
    tenancy = await register_tenancy(
        await users(login), premises, name=listed.name, number=listed.number
    )
    return str(tenancy["id"])


async def the_case(officer: Recorded, listed: Listed) -> dict[str, Any]:
    """Wait for the residence-change case of an entry at the responsible office's desk."""

    async def opened() -> dict[str, Any] | None:
        rows = await rows_of(officer, CASES)
        return next((row for row in rows if row["entry_id"] == listed.entry_id), None)

    return dict(await until("a residence-change case at the responsible office", opened))


async def act(session: Recorded, path: str, what: str, body: Any = None) -> Reply:
    """Do something with a case or an entry under its newest version.

    A deadline that passes makes another version; what was asked meanwhile is asked again.
    """
    for _ in range(3):
        read = await session.get(path)
        assert read.status == 200, read.body
        reply = await session.post(f"{path}/{what}", body, if_match=read.etag)
        if reply.status != 412:
            break
    return reply


async def answers_for(network: Network, entry_id: str) -> list[str]:
    """Return the offices that answer for an entry now."""
    rows = await network.query(
        "population",
        "select office_id from responsibilities where entry_id = $1 and until is null",
        entry_id,
    )
    return [str(row["office_id"]) for row in rows]


async def let_time_pass(
    network: Network, service: str, kind: str, subject: str | None = None
) -> None:
    """Make a deadline due at once, as if its time had passed; without a subject, all of a kind."""
    moved = await network.query(
        service,
        "update timer set due_at = now(), fire_at = now()"
        " where kind = $1 and ($2::uuid is null or subject = $2) returning 1",
        kind,
        subject,
    )
    assert moved, f"no deadline {kind} waits in {service}"
