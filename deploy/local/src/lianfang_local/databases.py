"""Databases and roles: one database a service, which no other service can even connect to.

Each service has a role that owns and migrates, one that serves HTTP under row-level security, and
one for relay, consumers and timers; population's matcher has a fourth.
"""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import quote, urlsplit, urlunsplit

import asyncpg

from lianfang_local.faults import Fault
from lianfang_local.profiles import SERVICES
from lianfang_local.secretfiles import SecretFiles

_COMMON_PARTS = ("owner", "app", "system")
_EXTRA_PARTS = {"population": ("matcher",)}


@dataclass(frozen=True, slots=True)
class Role:
    """One login of one service.

    Attributes:
        service: whose database it may enter.
        part: `owner`, `app`, `system` or `matcher`.
        password: its generated password.
    """

    service: str
    part: str
    password: str

    @property
    def name(self) -> str:
        """Name of the role, `<service>_<part>`."""
        return f"{self.service}_{self.part}"

    def url(self, admin_url: str) -> str:
        """Return how this role reaches its service's database."""
        parts = urlsplit(admin_url)
        place = parts.netloc.rpartition("@")[2]
        return urlunsplit(
            parts._replace(
                netloc=f"{self.name}:{quote(self.password)}@{place}", path=f"/{self.service}"
            )
        )


def roles(secrets: SecretFiles, services: Sequence[str] = SERVICES) -> list[Role]:
    """Return every role with its password, made at the first call."""
    return [
        Role(service, part, secrets.password(f"{service}/postgres-{part}"))
        for service in services
        for part in (*_COMMON_PARTS, *_EXTRA_PARTS.get(service, ()))
    ]


def role_statements(role: Role, exists: bool) -> list[str]:
    """Return what makes a role, or sets its password and takes every special right away."""
    verb = "alter" if exists else "create"
    return [
        f"{verb} role {role.name} with login nosuperuser nocreatedb nocreaterole nobypassrls"
        f" noreplication password '{role.password}'"
    ]


def closing_statements(service: str, entering: Sequence[Role]) -> list[str]:
    """Return what shuts a service's database to everybody but the service's own roles."""
    names = ", ".join(role.name for role in entering)
    return [
        f"revoke all on database {service} from public",
        f"grant connect on database {service} to {names}",
    ]


def schema_statements(service: str, entering: Sequence[Role]) -> list[str]:
    """Return what lets only the owner create things inside a service's database."""
    users = ", ".join(role.name for role in entering if role.part != "owner")
    return [
        "revoke all on schema public from public",
        f"alter schema public owner to {service}_owner",
        f"grant usage on schema public to {users}",
    ]


def ensure_roles(admin_url: str, wanted: Sequence[Role]) -> None:
    """Make the roles that are missing, and give all of them their passwords."""
    asyncio.run(_roles(admin_url, wanted))


def ensure_databases(admin_url: str, wanted: Sequence[Role]) -> list[str]:
    """Make the databases that are missing, for roles that exist; return the names of new ones."""
    return asyncio.run(_databases(admin_url, wanted))


async def _roles(admin_url: str, wanted: Sequence[Role]) -> None:
    connection = await _connect(admin_url)
    try:
        found = {row["rolname"] for row in await connection.fetch("select rolname from pg_roles")}
        for role in wanted:
            for statement in role_statements(role, role.name in found):
                await connection.execute(statement)
        # Nobody needs these to look around in; an administrator still enters.
        await connection.execute("revoke connect on database postgres from public")
        await connection.execute("revoke connect on database template1 from public")
    finally:
        await connection.close()


async def _databases(admin_url: str, wanted: Sequence[Role]) -> list[str]:
    connection = await _connect(admin_url)
    made = []
    try:
        found = {
            row["datname"] for row in await connection.fetch("select datname from pg_database")
        }
        for service in dict.fromkeys(role.service for role in wanted):
            own = [role for role in wanted if role.service == service]
            if service in found:
                continue
            await connection.execute(
                f"create database {service} owner {service}_owner template template0"
                " encoding 'UTF8' locale 'C.UTF-8'"
            )
            made.append(service)
            for statement in closing_statements(service, own):
                await connection.execute(statement)
            inside = await _connect(_database_url(admin_url, service))
            try:
                for statement in schema_statements(service, own):
                    await inside.execute(statement)
            finally:
                await inside.close()
    finally:
        await connection.close()
    return made


def _database_url(admin_url: str, database: str) -> str:
    return urlunsplit(urlsplit(admin_url)._replace(path=f"/{database}"))


async def _connect(url: str) -> asyncpg.Connection:
    try:
        return await asyncpg.connect(url, timeout=10)
    except (OSError, TimeoutError) as error:
        place = urlsplit(url).netloc.rpartition("@")[2]
        raise Fault(f"PostgreSQL at {place} does not answer", "start it, or run make up") from error
    except asyncpg.InvalidAuthorizationSpecificationError as error:
        raise Fault(
            "PostgreSQL refuses the administrator's password",
            "set LIANFANG_POSTGRES_URL right, or make reset if the secrets were deleted",
        ) from error
