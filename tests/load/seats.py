"""A user at a gateway on a database of its own: account, office and sessions, without a login.

A login costs a password hash, and the gateway limits how often one may be tried; a session is a
row that a cookie's digest finds.
"""

import hashlib
import secrets
from datetime import UTC, datetime, timedelta
from uuid import UUID

from bed import Bed
from own import OwnService

COOKIE = "lianfang_session"
_OFFICE = """
insert into office (id, kind, name_zh, name_en, grids, version) values ($1, $2, $3, $4, $5, 1)"""
_ACCOUNT = """
insert into account (id, login, name_zh, name_en, role, office, active)
values ($1, $2, $3, $4, $5, $6, true)"""
_SESSION = """
insert into session (digest, account, started_at, seen_at, ends_at) values ($1, $2, $3, $3, $4)"""


async def take_seats(bed: Bed, own: OwnService, login: str, sessions: int) -> list[str]:
    """Define a demo user with an office in the gateway's own database, and begin sessions.

    Returns:
        the `Cookie` header of each session.
    """
    account = bed.network.accounts[login]
    office = next(
        each
        for each in bed.network.district["offices"]
        if each["office_id"] == account["office_id"]
    )
    names = account["name_zh"], account["name_en"]
    account_id, office_id = UUID(account["account_id"]), UUID(office["office_id"])
    values = [secrets.token_urlsafe(32) for _ in range(sessions)]
    now = datetime.now(UTC)
    ends = now + timedelta(hours=1)
    connection = await own.connect()
    try:
        await connection.execute(
            _OFFICE, office_id, office["kind"], office["name_zh"], office["name_en"],
            office["grids"],
        )  # fmt: skip
        await connection.execute(_ACCOUNT, account_id, login, *names, account["role"], office_id)
        digests = [hashlib.sha256(value.encode()).digest() for value in values]
        await connection.executemany(_SESSION, [(each, account_id, now, ends) for each in digests])
    finally:
        await connection.close()
    return [f"{COOKIE}={value}" for value in values]
