"""What every route is given: the executor, the keys, the cursors."""

from dataclasses import dataclass
from typing import Annotated

from fastapi import Depends, Request

from lianfang_edge.execute import Executor
from lianfang_edge.pagination import Cursors
from population.storage.unit_of_work import PopulationUnit
from population.storage.vault import Vault


@dataclass(frozen=True, slots=True)
class Parts:
    """The parts of the running service that routes use."""

    executor: Executor[PopulationUnit]
    vault: Vault
    cursors: Cursors


async def parts_of(request: Request) -> Parts:
    """Return the parts of the application that serves the request."""
    parts: Parts = request.app.state.parts
    return parts


PartsOf = Annotated[Parts, Depends(parts_of)]
