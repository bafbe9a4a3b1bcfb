"""What is deleted with time: old feed lines, ended sessions, old counts and codes."""

from datetime import datetime

from sqlalchemy import delete, or_
from sqlalchemy.ext.asyncio import AsyncConnection

from gateway.storage.tables import feed, issuer_code, login_failure, session


async def sweep(
    connection: AsyncConnection,
    now: datetime,
    *,
    feed_before: datetime,
    seen_before: datetime,
    window_before: datetime,
) -> None:
    """Delete what is over.

    Args:
        connection: an open transaction of the system role.
        now: sessions and codes that ended before are deleted.
        feed_before: feed lines stored before are deleted.
        seen_before: sessions last seen before are deleted.
        window_before: counts of failed logins that began before are deleted.
    """
    await connection.execute(delete(feed).where(feed.c.stored_at < feed_before))
    await connection.execute(
        delete(session).where(or_(session.c.ends_at < now, session.c.seen_at < seen_before))
    )
    await connection.execute(
        delete(login_failure).where(login_failure.c.window_started_at < window_before)
    )
    await connection.execute(delete(issuer_code).where(issuer_code.c.expires_at < now))
