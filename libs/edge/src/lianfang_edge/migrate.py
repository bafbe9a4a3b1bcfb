"""Migrations as the owner role: one at a time, each in its own transaction, none that waits long.

A service's `migrations/env.py` is one call of `run_environment`; `upgrade` runs all of them.
"""

import asyncio
from collections.abc import Callable
from pathlib import Path
from threading import Thread

from alembic import command, context
from alembic.config import Config
from pydantic import SecretStr
from sqlalchemy import Connection, MetaData, pool, text
from sqlalchemy.ext.asyncio import create_async_engine

from lianfang_common.outbox import PARTITION_PREFIX

LOCK_TIMEOUT = "4s"  # a migration that waits behind a query makes everybody wait behind it
STATEMENT_TIMEOUT = "60s"
_ONE_AT_A_TIME = 0x6C69616E66616E67  # advisory lock of migrations, in each database its own


def upgrade(migrations: Path, url: str, revision: str = "head") -> None:
    """Bring a database to a revision.

    Args:
        migrations: the service's script folder.
        url: `postgresql://…` of the owner role.
        revision: `head`, or one to stop at.
    """
    command.upgrade(configuration(migrations, url), revision)


def configuration(migrations: Path, url: str) -> Config:
    """Return Alembic's configuration for a script folder and a database."""
    config = Config()
    config.set_main_option("script_location", str(migrations).replace("%", "%%"))
    config.attributes["url"] = url
    return config


def run_environment(metadata: MetaData, owner_url: Callable[[], SecretStr | None]) -> None:
    """Run what Alembic was asked for; the whole body of an `env.py`.

    Args:
        metadata: the service's tables, compared by `alembic check`.
        owner_url: read where Alembic is called by hand, without `upgrade`.
    """
    url = context.config.attributes.get("url")
    if url is None:
        secret = owner_url()
        if secret is None:
            raise SystemExit("migrations need the owner's url (…_POSTGRES__OWNER_URL)")
        url = secret.get_secret_value()
    failures: list[BaseException] = []

    def run() -> None:
        try:
            asyncio.run(_run(metadata, url))
        except BaseException as failure:
            failures.append(failure)

    # A thread of its own: the caller may be inside of a running loop.
    thread = Thread(target=run)
    thread.start()
    thread.join()
    if failures:
        raise failures[0]


async def _run(metadata: MetaData, url: str) -> None:
    engine = create_async_engine(
        url.replace("postgresql://", "postgresql+asyncpg://", 1),
        poolclass=pool.NullPool,
        hide_parameters=True,
    )
    async with engine.connect() as connection:
        await connection.run_sync(_migrate, metadata)
    await engine.dispose()


def _migrate(connection: Connection, metadata: MetaData) -> None:
    connection.execute(text(f"set statement_timeout = '{STATEMENT_TIMEOUT}'"))
    connection.execute(text("select pg_advisory_lock(:lock)"), {"lock": _ONE_AT_A_TIME})
    connection.execute(text(f"set lock_timeout = '{LOCK_TIMEOUT}'"))
    connection.commit()
    context.configure(
        connection=connection,
        target_metadata=metadata,
        compare_type=True,
        compare_server_default=True,
        include_name=_is_declared,
        transaction_per_migration=True,
    )
    with context.begin_transaction():
        context.run_migrations()


def _is_declared(name: str | None, kind: str, _parents: object) -> bool:
    """Leave the outbox's partitions out of a comparison: they come and go with the days."""
    return kind != "table" or not str(name).startswith(PARTITION_PREFIX)
