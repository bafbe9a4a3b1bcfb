"""A residence change: somebody on the register rents elsewhere, one office reviews, one accepts."""

from typing import Any

from lianfang_demo.acts import moment
from lianfang_demo.cast import Room
from lianfang_demo.plan import Act
from lianfang_demo.playing.scene import Made, Said, Scene
from lianfang_demo.tenancies import Named, let


def mover(scene: Scene, act: Act) -> tuple[dict[str, Any], Room, Room]:
    """Return who moves, which room answers for the entry, and to which room the person moves.

    Raises:
        LookupError: nobody on the register lives where the rooms of the cast work.
    """
    random, rooms = scene.random(act), scene.cast.rooms
    by_office = {room.office_id: room for room in rooms}
    known = [row for row in scene.listed() if _office(row) in by_office]
    if not known:
        raise LookupError("nobody on the register lives where these rooms work")
    person = random.choice(known)
    old = by_office[_office(person)]
    others = [room for room in rooms if room is not old]
    return person, old, scene.room(act) if scene.room(act) in others else random.choice(others)


async def move(scene: Scene, act: Act) -> Said:
    """An officer registers a tenancy like any other; the tenant has an entry elsewhere."""
    person, old, new = mover(scene, act)
    random = scene.random(act)
    community = random.choice(new.communities)
    places = scene.premises(community, random, own=None)
    since = moment()
    tenant = Named(person["name"], person["document_number"])
    made = await let(await scene.session(new.officer), places, tenant)
    officers = (old.officer, new.officer)
    scene.made[act.number] = Made(made.tenancy_id, community, since, officers)
    return "live-move", {"who": scene.name(new.officer)}


async def review(scene: Scene, act: Act) -> Said:
    """The officer who answers for the entry confirms that it is the person."""
    login, _ = scene.before(act).officers
    return await _decide(scene, login, "to_review", "reviews", "live-review", outcome="confirmed")


async def acceptance(scene: Scene, act: Act) -> Said:
    """The officer of the new place accepts."""
    _, login = scene.before(act).officers
    return await _decide(scene, login, "confirmed", "acceptances", "live-acceptance")


async def _decide(scene: Scene, login: str, state: str, what: str, line: str, **body: str) -> Said:
    """Wait for a case of a user's office, and decide it; the newest of several."""
    session, who = await scene.session(login), {"who": scene.name(login)}

    async def look() -> str | None:
        return max(await scene.acts.cases(session, state), default=None)

    case_id = await scene.wait_for(look)
    if case_id is None:
        return "live-no-case", who
    await scene.acts.decide(session, case_id, what, **body)
    return line, who


def _office(person: dict[str, Any]) -> str:
    return str(person["supervision"]["responsible_office"])
