"""The lists that forms show; the same for everybody who is logged in."""

from fastapi import APIRouter

from incidents import catalog
from incidents.api.bodies import Label, Lists
from incidents.api.reports import PREFIX
from lianfang_edge.http import Caller
from lianfang_edge.problems import Text

router = APIRouter(prefix=f"{PREFIX}/lists", tags=["lists"])


@router.get("")
async def get_lists(caller: Caller) -> Lists:
    """Return classifications, methods and tips with their labels in both languages."""
    return Lists(
        classifications=_labels(catalog.CLASSIFICATIONS),
        methods=_labels(catalog.METHODS),
        tips=_labels(catalog.TIPS),
    )


def _labels(entries: dict[str, Text]) -> list[Label]:
    return [Label(id=key, zh=text.zh, en=text.en) for key, text in entries.items()]
