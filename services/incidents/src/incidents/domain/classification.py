"""What an incident can be, and what follows from it.

A closed list: a report of anything else is a request for help. `criminal` starts the on-scene
clock; `against_person` keeps the incident from every committee, whoever the victim.
"""

from dataclasses import dataclass
from types import MappingProxyType

from lianfang_common.errors import Invalid


@dataclass(frozen=True, slots=True)
class Classification:
    """One kind of incident."""

    code: str
    criminal: bool = False
    against_person: bool = False


CLASSIFICATIONS = MappingProxyType(
    {
        each.code: each
        for each in (
            Classification("burglary", criminal=True),
            Classification("theft", criminal=True),
            Classification("fraud", criminal=True),
            Classification("robbery", criminal=True, against_person=True),
            Classification("assault", criminal=True, against_person=True),
            Classification("domestic_violence", against_person=True),
            Classification("sexual_offence", criminal=True, against_person=True),
            Classification("missing_person", against_person=True),
            Classification("noise"),
            Classification("public_disorder"),
            Classification("fire_hazard"),
            Classification("blocked_exit"),
            Classification("gas_hazard"),
            Classification("lost_property"),
            Classification("traffic_obstruction"),
            Classification("help_request"),
        )
    }
)

METHODS = frozenset(
    {
        "door_unlocked",
        "lock_picked",
        "lock_forced",
        "window_entry",
        "balcony_climbed",
        "tailgating",
        "pickpocketing",
        "parcel_taken",
        "vehicle_opened",
        "e_bike_taken",
        "phone_call",
        "online_contact",
        "false_official",
        "false_repair",
        "snatching",
        "e_bike_charging_indoors",
        "open_flame",
        "exit_locked",
        "exit_obstructed",
    }
)
"""Ways in which something was done; an id of a list, so that no free text travels."""

TIPS = frozenset(
    {
        "lock_doors_and_windows",
        "change_the_lock",
        "let_no_stranger_in",
        "ask_for_the_badge",
        "never_transfer_to_strangers",
        "never_share_codes",
        "call_96110",
        "lock_the_e_bike",
        "collect_parcels_soon",
        "charge_outdoors",
        "keep_exits_free",
        "close_the_gas_valve",
        "watch_your_bag",
        "report_to_the_committee",
    }
)
"""One concrete piece of advice for the neighbours; an id of a list."""


def classification_of(code: str) -> Classification:
    """Return a classification by its code.

    Raises:
        Invalid: there is no such classification.
    """
    try:
        return CLASSIFICATIONS[code]
    except KeyError:
        raise Invalid("classification-unknown", "classification") from None


def known_method(code: str | None) -> str | None:
    """Return the method's id, or None where none was given.

    Raises:
        Invalid: the list of methods has no such id.
    """
    if code is not None and code not in METHODS:
        raise Invalid("method-unknown", "method")
    return code


def known_tip(code: str | None) -> str | None:
    """Return the tip's id, or None where none was given.

    Raises:
        Invalid: the list of tips has no such id.
    """
    if code is not None and code not in TIPS:
        raise Invalid("tip-unknown", "tip")
    return code
