"""Who has to hear of which fact: the rules of the design once more, without any service's code.

A second way to the same answer, so that a wrong routing rule does not prove itself right.
"""

from collections.abc import Mapping
from typing import Any

Desk = tuple[str, str]
"""An office's id and a role."""

TOLD_TO_COMMITTEES = frozenset(
    {
        *("burglary", "theft", "fraud", "lost_property"),
        *("fire_hazard", "blocked_exit", "gas_hazard"),
        *("noise", "public_disorder", "traffic_obstruction"),
    }
)
"""Property, hazards, public order. Nothing against a person is ever told singly."""

_NAMED: dict[str, tuple[tuple[str, str], ...]] = {
    "population.supervision.listed.v1": (
        ("responsible_office", "officer"),
        ("justice_office", "justice"),
        ("assisting_committee", "committee"),
    ),
    "population.supervision.reviewed.v1": (("responsible_office", "officer"),),
    "population.supervision.review-overdue.v1": (("responsible_office", "room_head"),),
    "population.supervision.delisted.v1": (
        ("responsible_office", "officer"),
        ("justice_office", "justice"),
        ("assisting_committee", "committee"),
    ),
    "population.supervision.moved.v1": (
        ("responsible_office", "officer"),
        ("justice_office", "justice"),
        ("assisting_committee", "committee"),
    ),
    "population.residence-change.opened.v1": (("responsible_office", "officer"),),
    "population.residence-change.review-overdue.v1": (("responsible_office", "room_head"),),
    "population.residence-change.confirmed.v1": (
        ("receiving_office", "officer"),
        ("justice_office", "justice"),
    ),
    "population.residence-change.acceptance-overdue.v1": (("receiving_office", "room_head"),),
    "population.residence-change.accepted.v1": (
        ("previous_office", "officer"),
        ("responsible_office", "officer"),
        ("justice_office", "justice"),
    ),
    "population.residence-change.refused.v1": (
        ("responsible_office", "officer"),
        ("justice_office", "justice"),
    ),
    "population.residence-change.closed.v1": (
        ("responsible_office", "officer"),
        ("receiving_office", "officer"),
        ("justice_office", "justice"),
    ),
}
"""Facts that name their receivers: which field holds the office, and which role hears."""

_OF_PLACE = {
    "rentals.tenancy.registered.v1": ("officer", True),
    "rentals.tenancy.extended.v1": ("officer", True),
    "rentals.tenancy.ended.v1": ("officer", True),
    "incidents.incident.opened.v1": ("officer", False),
    "incidents.incident.arrival-missed.v1": ("room_head", False),
}
"""Facts with a place: which role of its room hears, and whether its committee always does."""


class District:
    """The offices of a district by the grids that they work for."""

    def __init__(self, district: Mapping[str, Any]) -> None:
        self._offices = {
            (office["kind"], grid): str(office["office_id"])
            for office in district["offices"]
            for grid in office["grids"]
        }

    def office(self, kind: str, grid: str) -> str:
        """Return the office of a kind that works for a grid."""
        return self._offices[kind, grid]

    def desks(self, kind: str, body: Mapping[str, Any]) -> set[Desk]:
        """Return the desks that have to hear of a fact, each once."""
        if kind in _NAMED:
            return {(str(body[name]), role) for name, role in _NAMED[kind] if body.get(name)}
        if kind not in _OF_PLACE:
            return set()
        role, always = _OF_PLACE[kind]
        told = {(self.office("room", body["grid"]), role)}
        warned = (
            kind == "incidents.incident.opened.v1"
            and not body["against_person"]
            and body["classification"] in TOLD_TO_COMMITTEES
        )
        if always or warned:
            told.add((self.office("committee", body["grid"]), "committee"))
        return told
