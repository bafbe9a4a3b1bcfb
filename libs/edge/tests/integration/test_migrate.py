"""Migrations run as the owner, one runner at a time, each in its own transaction."""

import asyncio
import sys
from pathlib import Path

import asyncpg
import pytest

from lianfang_common.testing.servers import MakeDatabase, TestDatabase
from lianfang_edge.migrate import upgrade

pytestmark = pytest.mark.servers

_ENV = """
from sqlalchemy import MetaData
from lianfang_edge.migrate import run_environment
run_environment(MetaData(), lambda: None)
"""


def _scripts(folder: Path, *statements: str) -> Path:
    (folder / "versions").mkdir(parents=True)
    (folder / "env.py").write_text(_ENV)
    for number, statement in enumerate(statements):
        (folder / "versions" / f"{number}.py").write_text(
            f"from alembic import op\nrevision = '{number}'\n"
            f"down_revision = {str(number - 1) if number else None!r}\n"
            f"def upgrade():\n    op.execute({statement!r})\n"
        )
    return folder


async def _ask(database: TestDatabase, query: str) -> object:
    connection = await asyncpg.connect(database.admin_url)
    try:
        return await connection.fetchval(query)
    finally:
        await connection.close()


async def test_a_failed_migration_keeps_those_before_it(
    make_database: MakeDatabase, tmp_path: Path
) -> None:
    database = await make_database("example")
    scripts = _scripts(tmp_path / "m", "create table one (x int)", "select 1 / 0")
    with pytest.raises(Exception, match="division"):
        await asyncio.to_thread(upgrade, scripts, database.owner_url)
    assert await _ask(database, "select version_num from alembic_version") == "0"
    assert await _ask(database, "select tableowner from pg_tables where tablename = 'one'") == (
        "example_owner"
    )


async def test_two_runners_do_not_meet(make_database: MakeDatabase, tmp_path: Path) -> None:
    database = await make_database("example")
    scripts = _scripts(tmp_path / "m", "create table one as select 1 as x from pg_sleep(0.5)")
    # Alembic keeps its context per process: the rival is a process of its own.
    code = (
        "import sys; from pathlib import Path; from lianfang_edge.migrate import upgrade;"
        "upgrade(Path(sys.argv[1]), sys.argv[2])"
    )
    runners = [
        await asyncio.create_subprocess_exec(
            sys.executable, "-c", code, str(scripts), database.owner_url
        )
        for _ in range(2)
    ]
    assert [await runner.wait() for runner in runners] == [0, 0]
    assert await _ask(database, "select count(*) from one") == 1


async def test_a_migration_does_not_wait_long_for_a_lock(
    make_database: MakeDatabase, tmp_path: Path
) -> None:
    database = await make_database("example")
    first = _scripts(tmp_path / "m", "create table one (x int)")
    await asyncio.to_thread(upgrade, first, database.owner_url)
    (tmp_path / "m" / "versions" / "1.py").write_text(
        "from alembic import op\nrevision = '1'\ndown_revision = '0'\n"
        "def upgrade():\n    op.execute('alter table one add y int')\n"
    )
    holder = await asyncpg.connect(database.admin_url)
    try:
        transaction = holder.transaction()
        await transaction.start()
        await holder.execute("lock table one in access share mode")
        with pytest.raises(Exception, match="lock timeout"):
            await asyncio.to_thread(upgrade, first, database.owner_url)
    finally:
        await holder.close()
