"""Synthetic persons and premises of the demo district, the same for the same seed.

Document numbers have region code 990101, which is assigned to no place, and a right check digit;
phones stand in one marked range; names come from a fixed list.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from random import Random
from typing import Any
from uuid import UUID, uuid5

from lianfang_demo.district import office_id
from lianfang_demo.layout import COUNTY, SMALL, WHOLE, Layout, grids_of

SURNAMES = "赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨朱秦许何吕施张孔曹严华金魏陶姜"
GIVEN_FIRST = "安博辰德恩芳桂海嘉建静开岚明宁培启若思泰文希晓雅子"
GIVEN_SECOND = "彬成达方刚浩珏琳敏楠平琪然珊涛薇祥颖远哲"
_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_KINDS = ("flat", "flat", "flat", "house", "shared_flat", "hostel")


@dataclass(frozen=True)
class Profile:
    """How large a district is.

    Source: the station and district figures of the founding documents; `ci` is one hundredth.
    """

    persons: int
    premises: int
    supervised: int
    layout: Layout


PROFILES = {
    "ci": Profile(persons=2_200, premises=200, supervised=5, layout=SMALL),
    # 170,000 residents and 50,000 of the floating population; 227 released, 40 in correction.
    "district": Profile(persons=220_000, premises=20_000, supervised=267, layout=WHOLE),
    # As many as a large city's; for reads that must not grow with the number of persons.
    "city": Profile(persons=2_000_000, premises=20_000, supervised=267, layout=WHOLE),
}


def document_number(born: date, sequence: int) -> str:
    """Return a synthetic resident number with a right check digit (GB 11643)."""
    body = f"{COUNTY}{born:%Y%m%d}{sequence % 1000:03}"
    total = sum(int(digit) * weight for digit, weight in zip(body, _WEIGHTS, strict=True))
    return body + "10X98765432"[total % 11]


def persons(profile: Profile, seed: int, today: date) -> Iterator[dict[str, Any]]:
    """Yield persons with a residence; the first ones carry a supervision entry."""
    random = Random(seed)  # noqa: S311 - demo data, the same for the same seed
    used: set[str] = set()
    grids = [grids_of(code) for code, _, _ in profile.layout.communities]
    for number in range(profile.persons):
        grid = random.choice(grids[number % len(grids)])
        row: dict[str, Any] = {
            "name": _name(random),
            "document_kind": "resident_id",
            "document_number": _unused(random, used),
            "phone": f"199000{number:05}",
            "grid": grid,
            "first_day": str(today - timedelta(days=random.randrange(30, 3_000))),
        }
        if number < profile.supervised:
            row["supervision"] = _entry(seed, profile.layout, grid, number, today)
        yield row


def premises(profile: Profile, seed: int) -> Iterator[dict[str, Any]]:
    """Yield premises; the demo landlord lets the first of each community."""
    random = Random(seed + 1)  # noqa: S311 - demo data
    landlord = str(uuid5(UUID(int=seed), "account landlord1"))
    grids = [grids_of(code) for code, _, _ in profile.layout.communities]
    for number in range(profile.premises):
        row: dict[str, Any] = {
            "premises_id": str(uuid5(UUID(int=seed), f"premises {number}")),
            "grid": random.choice(grids[number % len(grids)]),
            "kind": random.choice(_KINDS),
            "rooms": random.randrange(1, 7),
            "label": f"{random.randrange(1, 40)}号楼-{random.randrange(1, 7):02}",
        }
        if number < len(grids):
            row["accounts"] = [landlord]
        yield row


def _name(random: Random) -> str:
    return random.choice(SURNAMES) + random.choice(GIVEN_FIRST) + random.choice(GIVEN_SECOND)


def _unused(random: Random, used: set[str]) -> str:
    while True:
        born = date(1950, 1, 1) + timedelta(days=random.randrange(20_000))
        number = document_number(born, random.randrange(1_000))
        if number not in used:
            used.add(number)
            return number


def _entry(seed: int, layout: Layout, grid: str, number: int, today: date) -> dict[str, Any]:
    street, room = layout.room_of(grid)
    return {
        "category": "resettlement_help",
        "statute": "prison-law-37",
        "deciding_organ": "示范区司法局",
        "document_number": f"示范〔2026〕{number + 1}号",
        "starts_on": str(today - timedelta(days=100)),
        "ends_on": str(today + timedelta(days=900)),
        "review_due_on": str(today + timedelta(days=90)),
        "responsible_office": str(office_id(seed, f"room {street} {room}")),
        "justice_office": str(office_id(seed, f"justice {street}")),
        "assisting_committee": str(office_id(seed, f"committee {grid[:12]}"))
        if number % 2
        else None,
    }
