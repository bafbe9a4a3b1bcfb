"""Alertmanager is given what the service stores, each notice once, for an office with a route."""

import json

from peers.alertmanager import BATCH, alerts_of, bodies_of, routing_tree
from peers.facts import district, some_facts
from peers.throughput import expected_rows

FACTS = some_facts(300, seed=5)


def test_there_is_an_alert_for_each_notice_and_no_two_are_merged():
    alerts = alerts_of(FACTS)
    notices, _, _ = expected_rows(FACTS)
    assert len(alerts) == notices > BATCH
    assert len({tuple(sorted(alert["labels"].items())) for alert in alerts}) == notices


def test_every_alert_finds_the_route_of_its_office():
    offices = [office.office_id for office in district()[1]]
    routes = routing_tree(offices)["route"]["routes"]
    assert len(routes) == len(offices) > 80
    matchers = {route["matchers"][0] for route in routes}
    assert {f'office="{alert["labels"]["office"]}"' for alert in alerts_of(FACTS)} <= matchers


def test_requests_carry_every_alert_in_order():
    alerts = alerts_of(FACTS)
    bodies = [json.loads(body) for body in bodies_of(alerts)]
    assert [alert for body in bodies for alert in body] == alerts
    assert [len(body) for body in bodies[:-1]] == [BATCH] * (len(bodies) - 1)
