"""Begins processes of the example service from one that has imported what they need.

Importing all that a service uses takes one to two seconds of a core. Here it is done once: each
process is forked from there and goes the whole way of a command line from its settings on. That
a service also starts from nothing is what every system test stands on.
"""

import multiprocessing
import os
import runpy
import sys
from collections.abc import Mapping, Sequence
from multiprocessing.process import BaseProcess
from pathlib import Path

_PROGRAM = Path(__file__).parent / "example" / "service.py"
_BEGINNERS = multiprocessing.get_context("forkserver")
# The last one is there for pytest's own program, which each process looks at again.
_BEGINNERS.set_forkserver_preload(["lianfang_edge.runtime", "lianfang_edge.migrate", "pytest"])


def begin(
    arguments: Sequence[str], environment: Mapping[str, str], out: Path, errors: Path
) -> BaseProcess:
    """Begin a process of the example service.

    Args:
        arguments: of its command line.
        environment: all that it finds there.
        out: file for what it prints.
        errors: file for what it says of errors; may be the same.
    """
    process = _BEGINNERS.Process(
        target=_become, args=(list(arguments), dict(environment), str(out), str(errors))
    )
    process.start()
    return process


def _become(arguments: list[str], environment: dict[str, str], out: str, errors: str) -> None:
    for path, number in ((out, 1), (errors, 2)):
        file = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        os.dup2(file, number)
        os.close(file)
    os.environ.clear()
    os.environ.update(environment)
    sys.argv = [str(_PROGRAM), *arguments]
    runpy.run_path(str(_PROGRAM), run_name="__main__")
