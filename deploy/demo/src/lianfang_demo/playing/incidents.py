"""Incidents: the 110 feed and the committees report, officers arrive and close."""

from lianfang_demo.acts import from_the_feed, moment
from lianfang_demo.plan import Act
from lianfang_demo.playing.scene import Made, Said, Scene


async def incident(scene: Scene, act: Act) -> Said:
    """The 110 feed reports something at a premises."""
    room, random = scene.room(act), scene.random(act)
    feed = await scene.session(scene.cast.feed)
    community = random.choice(room.communities)
    place = scene.premises(community, random, own=None)[0]
    since = moment()
    told = await scene.acts.report(feed, act.choice, **from_the_feed(place))
    scene.made[act.number] = Made(str(told["incident_id"]), community, since)
    facts = {
        "what": await scene.label(act.choice, room.officer),
        "room": scene.speaker.choose(room.zh, room.en),
    }
    return "live-incident-alone" if act.alone else "live-incident", facts


async def arrival(scene: Scene, act: Act) -> Said:
    """The room's officer arrives on the scene."""
    login = scene.room(act).officer
    await scene.acts.arrive(await scene.session(login), scene.subject(act))
    return "live-arrival", {"who": scene.name(login)}


async def closing(scene: Scene, act: Act) -> Said:
    """The room's officer closes the incident."""
    login = scene.room(act).officer
    await scene.acts.close_incident(await scene.session(login), scene.subject(act))
    return "live-closing", {"who": scene.name(login)}


async def report(scene: Scene, act: Act) -> Said:
    """A committee reports what it has seen; it is not told which incident came of it."""
    room, random = scene.room(act), scene.random(act)
    community = random.choice(room.communities)
    grid = random.choice([each for each in room.grids if each.startswith(community.code)])
    since = moment()
    session = await scene.session(community.committee)
    await scene.acts.report(session, act.choice, source="committee", grid=grid)
    scene.made[act.number] = Made(None, community, since)
    what = await scene.label(act.choice, room.officer)
    return "live-report", {"who": scene.name(community.committee), "what": what}
