"""What leaves rentals: ids, places, counts and days; nothing that says who somebody is."""

import json
import re
from datetime import timedelta
from typing import get_args
from uuid import uuid4

import pytest
from rentals_builders import TODAY, a_tenancy, some_premises

from lianfang_common.ids import new_id
from rentals import published
from rentals.domain.landlords import AccountsRecorded, LandlordRecorded, LettingPerson
from rentals.domain.tenancy import TenancyEvent
from rentals.published import TOPICS, to_statement, to_wire

ALLOWED = {
    "premises_id", "tenancy_id", "grid", "kind", "rooms", "tenants", "first_day", "last_day",
    "registered_by", "person_id", "receipt_id", "recorded_on", "accounts",
}  # fmt: skip


def all_events():
    tenancy = a_tenancy(tenants=2)
    tenancy.extend(TODAY + timedelta(days=300), ())
    tenancy.end(TODAY + timedelta(days=2))
    premises = some_premises()
    landlord = LandlordRecorded(premises.id, LettingPerson(uuid4(), new_id()), TODAY)
    accounts = AccountsRecorded(premises.id, (uuid4(),))
    happened = [*premises.events, landlord, accounts, *tenancy.events]
    return [*map(to_wire, happened), to_statement(premises)]


def test_every_domain_event_has_words_for_the_wire():
    tenancy_events = {type(event) for event in a_tenancy().events}
    assert tenancy_events <= set(get_args(TenancyEvent))
    assert [event.TYPE for event in all_events()] == [
        "rentals.premises.filed.v1",
        "rentals.landlord.recorded.v1",
        "rentals.landlord.accounts-recorded.v1",
        "rentals.tenancy.registered.v1",
        "rentals.tenancy.extended.v1",
        "rentals.tenancy.ended.v1",
        "rentals.premises.stated.v1",
    ]


@pytest.mark.parametrize("event", all_events(), ids=lambda event: event.TYPE)
def test_an_event_carries_allowed_fields_alone(event):
    def names(value):
        if isinstance(value, dict):
            return set(value) | {n for v in value.values() for n in names(v)}
        if isinstance(value, list):
            return {n for v in value for n in names(v)}
        return set()

    body = event.model_dump_json()
    assert names(json.loads(body)) <= ALLOWED
    assert not re.search(r"(?<![0-9a-f-])\d{17}[\dX](?!\d)", body)
    assert event.key() and event.TOPIC in TOPICS


def test_no_topic_of_rentals_is_restricted_and_each_event_is_in_one():
    names = {topic.name for topic in TOPICS}
    assert names == {"rentals.premises", "rentals.landlord", "rentals.tenancy"}
    assert not any(topic.restricted for topic in TOPICS)
    kinds = [
        value
        for value in vars(published).values()
        if isinstance(value, type) and value.__name__.endswith("V1") and hasattr(value, "TYPE")
    ]
    assert len(kinds) == 8
    assert all(kind.TYPE.rsplit(".", 2)[0] == kind.TOPIC.name for kind in kinds)


def test_rentals_reads_areas_alone_and_so_never_learns_of_a_listing():
    from lianfang_common.events import topic_of
    from rentals.handlers import SUBSCRIPTIONS

    assert {topic_of(one.type) for one in SUBSCRIPTIONS} == {"population.area"}
    assert not any(one.restricted for one in SUBSCRIPTIONS)
