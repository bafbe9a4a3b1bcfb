"""The handlers take what the publishers' contracts show, and keep what intake needs of it."""

import json
from pathlib import Path

import pytest
from incidents_fakes import FakeUnit

from incidents.handlers import SUBSCRIPTIONS
from lianfang_common.events import topic_of
from lianfang_common.ids import new_id
from lianfang_common.subscriptions import Received, Subscription
from lianfang_common.testing.clock import START

CONTRACTS = Path(__file__).resolve().parents[4] / "services"


def examples(subscription: Subscription) -> list[dict[str, object]]:
    """Return the publisher's examples, each with a field that we do not know."""
    publisher = subscription.type.split(".", 1)[0]
    home = CONTRACTS / publisher / "contracts/publishes" / subscription.type / "examples"
    found = [json.loads(path.read_text()) for path in sorted(home.glob("*.json"))]
    return [{**each, "field_of_a_later_day": 1} for each in found]


def received(subscription: Subscription, body: dict[str, object], version: int) -> Received:
    return Received(
        event=subscription.model.model_validate_json(json.dumps(body)),
        id=new_id(),
        type=subscription.type,
        topic=topic_of(subscription.type),
        key=new_id(),
        aggregate_version=version,
        time=START,
        account=None,
        traceparent=None,
    )


@pytest.mark.parametrize("subscription", SUBSCRIPTIONS, ids=lambda each: each.type)
async def test_a_handler_keeps_where_things_are(subscription):
    uow = FakeUnit()
    uow.places.grids.clear()
    bodies = examples(subscription)
    assert len(bodies) == 2
    batch = [received(subscription, body, n) for n, body in enumerate(bodies, 1)]
    await subscription.handler(batch, uow)
    if topic_of(subscription.type) == "rentals.premises":
        assert set(uow.places.premises.values()) == {body["grid"] for body in bodies}
    else:
        assert uow.places.grids == {b["code"] for b in bodies if b["level"] == "grid"}
