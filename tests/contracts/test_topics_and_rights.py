"""The broker is closed: literal names, one writer a topic, restricted ones for one reader."""

import re

import pytest
from contract_files import SERVICES, consumed, published, rights, topic_of, topics

TOPICS = topics()
RIGHTS = rights()
CONSUMED = consumed()
DEAD_LETTERS = {name for name in TOPICS if name.endswith(".dlq")}
OWN = set(TOPICS) - DEAD_LETTERS
NAME = re.compile(r"[a-z]+(\.[a-z]+(-[a-z]+)*)+")


def test_topic_names_have_dots_and_hyphens_and_no_underscore():
    assert all(NAME.fullmatch(name) for name in TOPICS)


def test_each_topic_has_one_owner():
    declared = [name for service in SERVICES for name in RIGHTS[service]["write"]]
    assert sorted(declared) == sorted(set(declared))
    assert set(declared) == set(TOPICS)


@pytest.mark.parametrize("service", SERVICES)
def test_a_service_writes_its_own_topics_and_its_dead_letters_alone(service):
    owned = {name for name, (owner, _) in TOPICS.items() if owner == service}
    assert set(RIGHTS[service]["write"]) == owned
    assert all(name.startswith(f"{service}.") for name in owned)


@pytest.mark.parametrize("service", SERVICES)
def test_a_service_reads_what_it_subscribes_to_and_nothing_else(service):
    wanted = [each for each in CONSUMED if each.service == service]
    assert set(RIGHTS[service]["read"]) == {topic_of(each.type) for each in wanted}
    assert set(RIGHTS[service]["groups"]) == {each.group for each in wanted}
    assert all(group.startswith(f"{service}.") for group in RIGHTS[service]["groups"])


@pytest.mark.parametrize("service", SERVICES)
def test_every_topic_read_has_a_place_for_dead_letters(service):
    for name in RIGHTS[service]["read"]:
        owner, parked = TOPICS[f"{service}.{name}.dlq"]
        source = TOPICS[name][1]
        assert owner == service
        assert parked["retention_days"] >= max(7, source["retention_days"])
        assert parked["restricted"] == source["restricted"]
        assert parked["counted"] == source["counted"]


def test_dead_letters_belong_to_a_topic_that_is_read():
    assert {
        f"{service}.{name}.dlq" for service in SERVICES for name in RIGHTS[service]["read"]
    } == DEAD_LETTERS


def test_nobody_reads_dead_letters():
    assert not any(set(RIGHTS[service]["read"]) & DEAD_LETTERS for service in SERVICES)


def test_restricted_topics_are_read_by_notifications_alone():
    restricted = {name for name in OWN if TOPICS[name][1]["restricted"]}
    assert restricted == {"population.supervision", "population.residence-change"}
    for name in restricted:
        readers = {service for service in SERVICES if name in RIGHTS[service]["read"]}
        assert readers == {"notifications"}


@pytest.mark.parametrize("service", ["rentals", "gateway"])
def test_rentals_and_the_gateway_cannot_touch_a_restricted_topic(service):
    reachable = set(RIGHTS[service]["read"]) | set(RIGHTS[service]["write"])
    assert not any(TOPICS[name][1]["restricted"] for name in reachable)


def test_readers_of_restricted_topics_keep_their_numbers_to_themselves():
    for each in CONSUMED:
        topic = TOPICS[topic_of(each.type)][1]
        assert each.restricted == topic["restricted"], each
        assert each.counted == topic["counted"], each


def test_only_the_topic_of_notices_is_open_and_uncounted():
    topics = [TOPICS[name][1] for name in OWN]
    uncounted = {each["name"] for each in topics if not (each["restricted"] or each["counted"])}
    assert uncounted == {"notifications.notice"}


def test_topics_keep_what_the_horizon_says():
    for name in OWN:
        topic = TOPICS[name][1]
        assert topic["retention_days"] == (35 if topic["counted"] else 7)
        assert topic["partitions"] == (1 if name in {"population.area"} else 6)


def test_every_type_lies_in_a_topic_of_its_publisher():
    for kind, event in published().items():
        assert TOPICS[topic_of(kind)][0] == event.service


def test_no_topic_is_without_events():
    assert {topic_of(kind) for kind in published()} == OWN
