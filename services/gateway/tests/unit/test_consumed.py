"""The readers take what the publishers may send, today and later."""

import json

import pytest
from gateway_builders import a_notice

from gateway.consumed import NoticeRaised, OfficeStated
from gateway.handlers import SUBSCRIPTIONS


@pytest.mark.parametrize(
    "change",
    [
        {"a_field_of_tomorrow": 1},
        {"urgency": "an-urgency-of-tomorrow"},
        {"role": "a_role_of_tomorrow"},
        {"rule_version": 7},
    ],
)
def test_a_notice_of_tomorrow_is_still_read(change: dict[str, object]):
    body = json.loads(a_notice().model_dump_json())
    assert NoticeRaised.model_validate_json(json.dumps({**body, **change}))


def test_an_office_of_a_new_kind_is_still_read():
    body = {
        "office_id": "0192aaaa-0000-7000-8000-00000000000a",
        "kind": "a-kind-of-tomorrow",
        "name_zh": "新",
        "name_en": "New",
        "grids": [],
    }
    assert OfficeStated.model_validate_json(json.dumps(body)).kind == "a-kind-of-tomorrow"


def test_no_restricted_topic_is_read_here():
    topics = {subscription.type.rsplit(".", 2)[0] for subscription in SUBSCRIPTIONS}
    assert topics == {"population.area", "notifications.notice"}
