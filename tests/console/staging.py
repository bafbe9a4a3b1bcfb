"""What stands on the pictures: a short morning of demo users, by their own acts."""

from dataclasses import dataclass
from datetime import timedelta
from random import SystemRandom
from typing import Any

from happening import warned
from journeys import an_external_id, report, resolve
from network import Network, Recorded, Users, created
from register import ENTRIES, SEARCHES, Listed, a_ground, act, the_case

from lianfang_demo.rooms import free_room
from lianfang_demo.zone import today

_NAME = "安思远"
_LET_DAYS = 180


@dataclass(frozen=True)
class Cast:
    """Who stands on the pictures, by login; chosen by role, for each profile has its own names.

    Attributes:
        officer: of the office that most pictures are of.
        other: an officer of another office.
        committee: works in the officer's area.
        landlord: lets premises there.
        head: leads the officer's station.
        operator: sees how the network runs.
        feed: the 110 feed.
    """

    officer: str
    other: str
    committee: str
    landlord: str
    head: str
    operator: str
    feed: str

    @classmethod
    def of(cls, network: Network) -> "Cast":
        """Choose among the demo accounts."""
        officer, *others = _with_role(network, "officer")
        home = network.office(officer)
        area = set(network.grids_of(officer))

        def there(role: str) -> str:
            found = _with_role(network, role)
            return next(each for each in found if area & set(network.grids_of(each)))

        return cls(
            officer,
            next(each for each in others if network.office(each) != home),
            there("committee"),
            _with_role(network, "landlord")[0],
            there("station_head"),
            _with_role(network, "ops")[0],
            _with_role(network, "feed")[0],
        )


@dataclass(frozen=True)
class Stage:
    """What happened, by the ids that its pages go by.

    Attributes:
        premises: a room of theirs is let from today, or from the first free day, on.
        incident: a burglary that two people told of, attended and closed.
        warning: the committee's notice of a hazard.
        case: a residence change that waits for the officer's review.
    """

    cast: Cast
    premises: str
    incident: str
    warning: str
    case: str

    @classmethod
    async def set(cls, network: Network, users: Users) -> "Stage":
        """Let it all happen at the public door of a running network."""
        cast = Cast.of(network)
        officer, feed = await users(cast.officer), await users(cast.feed)
        area = set(network.grids_of(cast.officer)) & set(network.grids_of(cast.committee))
        homes = network.premises_in(sorted(area))
        case = await _a_move(network, cast, officer, await users(cast.other))
        own = {each["premises_id"] for each in network.rows("premises") if each.get("accounts")}
        if mine := sorted(own & set(homes)):
            await _let(officer, mine)
        premises = await _let(officer, homes)
        first, second = SystemRandom().sample(homes, 2)
        incident = await _a_burglary(feed, officer, first)
        # Of premises it would be linked to the one of pictures that were taken just before.
        told = {"grid": min(area), "method": "exit_obstructed", "tip": "keep_exits_free"}
        _, warning = await warned(users, cast.officer, cast.committee, **told)
        created(await report(officer, "noise", grid=min(area)))
        created(await report(officer, "burglary", premises_id=second))
        return cls(cast, premises, incident, str(warning["id"]), case)


def _with_role(network: Network, role: str) -> list[str]:
    return [login for login, account in network.accounts.items() if account["role"] == role]


async def _let(officer: Recorded, places: list[str], **named: str) -> str:
    """Let the room that is free first to one person; return its premises."""
    premises, room, first_day = await free_room(officer, places, today())
    receipt = await resolve(officer, premises, **({"name": _NAME} | named))
    body = {
        "premises_id": premises,
        "room": room,
        "tenants": [{"receipt": receipt}],
        "first_day": str(first_day),
        "last_day": str(first_day + timedelta(days=_LET_DAYS)),
    }
    created(await officer.post("/api/v1/rentals/tenancies", body))
    return premises


async def _a_burglary(feed: Recorded, officer: Recorded, premises: str) -> str:
    """Let the feed and a neighbor tell of one burglary; an officer goes there and closes it."""
    told = {"premises_id": premises, "method": "lock_picked", "tip": "change_the_lock"}
    from_feed = {"source": "feed_110", "external_id": an_external_id()}
    incident = str(created(await report(feed, "burglary", **told, **from_feed))["incident_id"])
    created(await report(officer, "burglary", **told))
    path = f"/api/v1/incidents/incidents/{incident}"
    for what, body in (("arrivals", None), ("closings", {"outcome": "resolved"})):
        reply = await act(officer, path, what, body)
        assert reply.status == 200, reply.body
    return incident


async def _a_move(network: Network, cast: Cast, officer: Recorded, other: Recorded) -> str:
    """Enter somebody of the demo on the register and let him move away; return the case."""
    area = set(network.grids_of(cast.officer))
    persons = [row for row in network.rows("persons") if row["grid"] in area]
    person: dict[str, Any] = SystemRandom().choice(
        [row for row in persons if not row.get("supervision")]
    )
    number = person["document_number"]
    searched = await officer.post(SEARCHES, {"document_number": number})
    assert searched.status == 200, searched.body
    person_id = searched.body["items"][0]["person_id"]
    number_of_document = f"示范〔{today().year}〕{SystemRandom().randrange(100, 999)}号"
    ground = a_ground(document_number=number_of_document)
    entry = created(await officer.post(ENTRIES, {"person_id": person_id, **ground}))["id"]
    away = network.premises_in(network.grids_of(cast.other))
    await _let(other, away, name=person["name"], number=number)
    listed = Listed(cast.officer, person["name"], number, person_id, str(entry))
    return str((await the_case(officer, listed))["case_id"])
