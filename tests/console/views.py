"""What each picture shows: whose window, which page, and when the page is ready for it."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from operator import attrgetter

from journeys import a_document_number
from people import Person
from staging import Cast, Stage

_NAME, _PHONE = "安思远", "19900099998"
# A place is shown by its code, and an office by an ellipsis, until its name has come.
_READY = """!document.querySelector("[role=progressbar]")
  && !/…|[0-9]{15}/.test(document.body.innerText)"""


@dataclass(frozen=True)
class View:
    """One picture's subject.

    Attributes:
        whose: says who of the cast stands in front of it.
        show: brings a window to it.
    """

    whose: Callable[[Cast], str]
    show: Callable[[Person, Stage], Awaitable[None]]


async def desk(window: Person, stage: Stage) -> None:
    """Live notices, with the clock of each running down."""
    await _go(window, "/console/desk")
    await window.page.locator(".notices [role=timer]").first.wait_for()


async def tenancy(window: Person, stage: Stage) -> None:
    """A registration half typed, and the tenancy that is in its way."""
    await _go(window, f"/console/tenancies/new?premises={stage.premises}")
    number, name, phone = [window.page.locator("form fieldset input").nth(n) for n in range(3)]
    await number.fill(a_document_number())
    await name.fill(_NAME)
    await phone.fill(_PHONE)
    await _scrolled(window, "form .ant-alert", "nearest")


async def incident(window: Person, stage: Stage) -> None:
    """A closed burglary with its reports and its course."""
    await _go(window, f"/console/incidents/{stage.incident}")
    await _at_the_end(window, "section:has(> #timeline)")


async def review(window: Person, stage: Stage) -> None:
    """A match to review, register and tenancy side by side."""
    await _go(window, f"/console/cases/{stage.case}")
    await window.page.locator("main table").wait_for()


async def inbox(window: Person, stage: Stage) -> None:
    """A committee's notices, redacted."""
    await _go(window, "/console/desk")
    await window.page.locator(".notices li").first.wait_for()


async def landlord(window: Person, stage: Stage) -> None:
    """A landlord's premises and who rents there."""
    await _go(window, "/console/mine")
    await window.page.locator("main .rows").first.wait_for()


async def why(window: Person, stage: Stage) -> None:
    """Why a notice came, and what was withheld from it."""
    await _go(window, f"/console/desk/{stage.warning}")
    parts = window.page.locator("[role=dialog] summary")
    await parts.first.wait_for()
    for part in await parts.all():
        await part.click()
    await _at_the_end(window, "[role=dialog] details ul >> nth=-1")


async def week(window: Person, stage: Stage) -> None:
    """How the notices of a station's desks went, and those that a figure counts."""
    await _go(window, "/console/week?figure=raised")
    await window.page.locator("section tbody tr").first.wait_for()


async def operations(window: Person, stage: Stage) -> None:
    """How each service runs, what waits as a dead letter, and what alerts watch."""
    await _go(window, "/console/operations")
    await window.page.locator("main article").first.wait_for()


async def _go(window: Person, address: str) -> None:
    await window.page.goto(window.url + address)
    await window.page.locator("main h1").wait_for()


async def _at_the_end(window: Person, selector: str) -> None:
    await _scrolled(window, selector, "end")


async def _scrolled(window: Person, selector: str, block: str) -> None:
    await window.page.locator(selector).evaluate(
        "(element, block) => element.scrollIntoView({ block })", block
    )


async def ready(window: Person) -> None:
    """Wait until nothing is still on its way to the page."""
    await window.until("a page with all that belongs on it", _READY)


VIEWS = {
    show.__name__: View(attrgetter(whose), show)
    for whose, show in (
        ("officer", desk),
        ("officer", tenancy),
        ("officer", incident),
        ("officer", review),
        ("committee", inbox),
        ("landlord", landlord),
        ("committee", why),
        ("head", week),
        ("operator", operations),
    )
}
