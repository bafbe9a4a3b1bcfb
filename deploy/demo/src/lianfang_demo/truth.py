"""What is true in a district and hidden from its network, for features that find it out.

No command loads it and no service reads it: an estimate from inspections, for one, is compared with
it. The shares are those of the founding documents and of their derivation.
"""

from collections import Counter
from collections.abc import Iterator
from datetime import date, timedelta
from random import Random
from typing import Any

from lianfang_demo.people import premises_id
from lianfang_demo.profiles import Profile

UNREGISTERED = 0.25  # of those who live in premises that are let
OWNER_CHANGED_A_YEAR = 0.15  # of the premises
OWNER_UNREACHABLE = 0.12  # of the premises
UNREPORTED = 0.30  # of what happens
_YEAR_DAYS = 365
_HAPPENED = ("burglary", "theft", "theft", "fraud", "fraud", "noise", "public_disorder",
             "fire_hazard", "assault", "domestic_violence")  # fmt: skip


def truth(profile: Profile, seed: int, today: date) -> Iterator[dict[str, Any]]:
    """Yield the shares, then each premises, then each incident of a year that nobody reported.

    A line's `about` says which. Of premises it is told how many live there (`living`), how many of
    them the network does not know (`unregistered`), when the owner changed without a word, and
    whether he can be reached.
    """
    random = Random(seed + 2)  # noqa: S311 - demo data, the same for the same seed
    hidden = round(profile.floating * UNREGISTERED / (1 - UNREGISTERED))
    unreported = round(profile.incidents_a_day * _YEAR_DAYS * UNREPORTED / (1 - UNREPORTED))
    yield {
        "about": "shares",
        "unregistered": UNREGISTERED,
        "owner_changed_a_year": OWNER_CHANGED_A_YEAR,
        "owner_unreachable": OWNER_UNREACHABLE,
        "unreported": UNREPORTED,
    }
    yield from _of_premises(profile, seed, today, hidden, random)
    grids = profile.layout.grids()
    for _ in range(unreported):
        yield {
            "about": "incident",
            "occurred_on": str(today - timedelta(days=random.randrange(1, _YEAR_DAYS + 1))),
            "grid": random.choice(grids),
            "classification": random.choice(_HAPPENED),
        }


def _of_premises(
    profile: Profile, seed: int, today: date, hidden: int, random: Random
) -> Iterator[dict[str, Any]]:
    count = profile.premises
    known = Counter(random.randrange(count) for _ in range(profile.floating))
    unregistered = Counter(random.randrange(count) for _ in range(hidden))
    changed = set(random.sample(range(count), round(count * OWNER_CHANGED_A_YEAR)))
    unreachable = set(random.sample(range(count), round(count * OWNER_UNREACHABLE)))
    for number in range(count):
        day = today - timedelta(days=random.randrange(1, _YEAR_DAYS + 1))
        yield {
            "about": "premises",
            "premises_id": premises_id(seed, number),
            "living": known[number] + unregistered[number],
            "unregistered": unregistered[number],
            "owner_changed_on": str(day) if number in changed else None,
            "owner_reachable": number not in unreachable,
        }
