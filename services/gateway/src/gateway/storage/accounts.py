"""Accounts, and the password hashes of the embedded issuer."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import delete, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncConnection

from gateway.storage.tables import account, account_password, session


@dataclass(frozen=True, slots=True)
class AccountDefinition:
    """One account as an operator defines it; `password_hash` for the embedded issuer only."""

    id: UUID
    login: str
    name_zh: str
    name_en: str
    role: str
    office: UUID | None
    active: bool
    password_hash: str | None


class Accounts:
    """Reads and defines accounts.

    Args:
        connection: an open transaction.
    """

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def active_by_login(self, login: str) -> UUID | None:
        """Return the id of an active account, or None."""
        found = await self._connection.execute(
            select(account.c.id).where(account.c.login == login, account.c.active)
        )
        return found.scalar_one_or_none()

    async def login_of(self, identity: UUID) -> str | None:
        """Return the login of an active account, or None."""
        found = await self._connection.execute(
            select(account.c.login).where(account.c.id == identity, account.c.active)
        )
        return found.scalar_one_or_none()

    async def with_password(self, login: str) -> tuple[UUID, str] | None:
        """Return an active account's id and password hash, or None."""
        found = await self._connection.execute(
            select(account.c.id, account_password.c.hash)
            .join(account_password, account_password.c.account == account.c.id)
            .where(account.c.login == login, account.c.active)
        )
        row = found.first()
        return None if row is None else (row[0], row[1])

    async def define(self, definitions: Sequence[AccountDefinition]) -> None:
        """Add accounts or change them by login; sessions of changed accounts end."""
        if not definitions:
            return
        added = insert(account).values(
            [
                {
                    "id": each.id,
                    "login": each.login,
                    "name_zh": each.name_zh,
                    "name_en": each.name_en,
                    "role": each.role,
                    "office": each.office,
                    "active": each.active,
                }
                for each in definitions
            ]
        )
        columns = ("name_zh", "name_en", "role", "office", "active")
        kept = await self._connection.execute(
            added.on_conflict_do_update(
                index_elements=[account.c.login],
                set_={name: added.excluded[name] for name in columns},
            ).returning(account.c.id, account.c.login)
        )
        ids = {login: identity for identity, login in kept}
        await self._connection.execute(delete(session).where(session.c.account.in_(ids.values())))
        hashes = [
            {"account": ids[each.login], "hash": each.password_hash}
            for each in definitions
            if each.password_hash is not None
        ]
        if hashes:
            stored = insert(account_password).values(hashes)
            await self._connection.execute(
                stored.on_conflict_do_update(
                    index_elements=[account_password.c.account],
                    set_={"hash": stored.excluded.hash},
                )
            )
