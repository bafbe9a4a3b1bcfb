"""Notices: an officer takes one over with a comment, a committee says that it has read one."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from lianfang_demo.plan import Act
from lianfang_demo.playing.scene import Made, Said, Scene

COMMENTS = ("live-comment-0", "live-comment-1", "live-comment-2")
Notice = dict[str, Any]


async def taking(scene: Scene, act: Act) -> Said:
    """The room's officer takes over the notice of what happened."""
    comment = scene.speaker.words(scene.random(act).choice(COMMENTS))
    is_meant = _of_subject(scene, scene.before(act))
    return await _take(scene, scene.room(act).officer, is_meant, "live-taking", comment)


async def receipt(scene: Scene, act: Act) -> Said:
    """The committee says that it has read its notice, which names no incident and no tenancy."""
    made = scene.before(act)

    def is_meant(notice: Notice) -> bool:
        return _raised_at(notice) >= made.since

    comment = scene.speaker.words(COMMENTS[-1])
    return await _take(scene, made.community.committee, is_meant, "live-receipt", comment)


async def _take(
    scene: Scene, login: str, is_meant: Callable[[Notice], bool], line: str, comment: str
) -> Said:
    """Wait for a notice of a user's desk, and take it over; the oldest of several."""
    session = await scene.session(login)

    async def look() -> Notice | None:
        fitting = [each for each in await scene.acts.raised(session) if is_meant(each)]
        return fitting[-1] if fitting else None

    notice = await scene.wait_for(look)
    if notice is None:
        return "live-gone", {"who": scene.name(login)}
    await scene.acts.acknowledge(session, notice["id"], comment)
    title = scene.speaker.choose(notice["title_zh"], notice["title_en"])
    return line, {"who": scene.name(login), "title": title, "comment": comment}


def _of_subject(scene: Scene, made: Made) -> Callable[[Notice], bool]:
    """Return what tells the notice of a subject; of an unknown one, it is of none that is known."""
    if made.subject is not None:
        return lambda notice: bool(notice["subject_id"] == made.subject)
    known = {one.subject for one in scene.made.values()}

    def is_meant(notice: Notice) -> bool:
        new = notice["subject_kind"] == "incident" and notice["subject_id"] not in known
        return new and _raised_at(notice) >= made.since

    return is_meant


def _raised_at(notice: Notice) -> datetime:
    return datetime.fromisoformat(notice["raised_at"])
