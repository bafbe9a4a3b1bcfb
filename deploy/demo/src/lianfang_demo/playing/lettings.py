"""Tenancies: officers and the landlord register, officers extend and end."""

from lianfang_demo.acts import a_new_number, moment
from lianfang_demo.cast import Community
from lianfang_demo.people import a_name
from lianfang_demo.plan import Act
from lianfang_demo.playing.scene import Made, Said, Scene
from lianfang_demo.tenancies import Named, end, extend, let


async def tenancy(scene: Scene, act: Act) -> Said:
    """The room's officer registers a tenancy."""
    room = scene.room(act)
    community = scene.random(act).choice(room.communities)
    await _let(scene, act, room.officer, community, own=False)
    return "live-tenancy", {"who": scene.name(room.officer)}


async def own_tenancy(scene: Scene, act: Act) -> Said:
    """The landlord registers a tenancy at the own premises."""
    room, login = scene.room(act), scene.cast.landlord
    await _let(scene, act, login, room.community, own=True)
    place = scene.speaker.choose(room.zh, room.en)
    return "live-own-tenancy", {"who": scene.name(login), "room": place}


async def extension(scene: Scene, act: Act) -> Said:
    """The room's officer extends a tenancy."""
    login = scene.room(act).officer
    day = await extend(await scene.session(login), scene.subject(act))
    return "live-extension", {"who": scene.name(login), "day": str(day)}


async def ending(scene: Scene, act: Act) -> Said:
    """The room's officer ends a tenancy."""
    login = scene.room(act).officer
    day = await end(await scene.session(login), scene.subject(act))
    return "live-ending", {"who": scene.name(login), "day": str(day)}


async def _let(scene: Scene, act: Act, login: str, community: Community, *, own: bool) -> None:
    random = scene.random(act)
    person = Named(a_name(random), a_new_number(random))
    places = scene.premises(community, random, own=own)
    since = moment()
    made = await let(await scene.session(login), places, person)
    scene.made[act.number] = Made(made.tenancy_id, community, since)
