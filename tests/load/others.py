"""Servers of other projects that stand beside ours: on the path, else out of Debian's packages."""

import asyncio
import re
from dataclasses import dataclass

from bed import Bed

from lianfang_local.debian import find


@dataclass(frozen=True)
class Other:
    """A program that runs here.

    Attributes:
        name: as a table calls it, with its version.
        path: of the program.
    """

    name: str
    path: str


async def other(bed: Bed, program: str, ask: str) -> Other | None:
    """Return another project's program, fetched where it can be; None where it is not to be had.

    Args:
        bed: whose cache holds what was fetched.
        program: its name, and that of Debian's package.
        ask: the argument at which it tells its version.
    """
    cache = bed.network.state.parent / "cache"
    path = await asyncio.to_thread(find, program, program, cache / program)
    if path is None:
        return None
    process = await asyncio.create_subprocess_exec(
        path, ask, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.STDOUT
    )
    told, _ = await process.communicate()
    version = re.search(r"\d+(?:\.\d+)+", told.decode())
    if process.returncode != 0 or version is None:
        return None
    return Other(f"{program} {version[0]}", path)


def absent(program: str) -> str:
    """Return why a figure beside a program is void."""
    return f"no {program} that runs here; as root, Debian's would be fetched"
