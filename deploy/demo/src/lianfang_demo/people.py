"""Synthetic persons and premises of the demo district, the same for the same seed.

Document numbers have region code 990101, which is assigned to no place, and a right check digit;
phones stand in one marked range; names come from a fixed list.
"""

from collections.abc import Iterator
from datetime import date, timedelta
from random import Random
from typing import Any
from uuid import UUID, uuid5

from lianfang_demo.district import office_id
from lianfang_demo.layout import COUNTY, grids_of
from lianfang_demo.profiles import Profile

SURNAMES = "赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨朱秦许何吕施张孔曹严华金魏陶姜"
GIVEN_FIRST = "安博辰德恩芳桂海嘉建静开岚明宁培启若思泰文希晓雅子"
GIVEN_SECOND = "彬成达方刚浩珏琳敏楠平琪然珊涛薇祥颖远哲"
_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_KINDS = ("flat", "flat", "flat", "house", "shared_flat", "hostel")
_LANDLORDS = 6  # communities: as many premises as one page shows
_PHONES = 100_000  # as many as the marked range has; of more persons, two share one


def document_number(born: date, sequence: int) -> str:
    """Return a synthetic resident number with a right check digit (GB 11643)."""
    body = f"{COUNTY}{born:%Y%m%d}{sequence % 1000:03}"
    total = sum(int(digit) * weight for digit, weight in zip(body, _WEIGHTS, strict=True))
    return body + "10X98765432"[total % 11]


def persons(profile: Profile, seed: int, today: date) -> Iterator[dict[str, Any]]:
    """Yield persons with a residence, the floating population last, with an agreed last day.

    The first ones carry a supervision entry.
    """
    random = Random(seed)  # noqa: S311 - demo data, the same for the same seed
    used: set[str] = set()
    grids = [grids_of(code) for code, _, _ in profile.layout.communities]
    for number in range(profile.persons):
        grid = random.choice(grids[number % len(grids)])
        row: dict[str, Any] = {
            "name": a_name(random),
            "document_kind": "resident_id",
            "document_number": _unused(random, used),
            "phone": f"199000{number % _PHONES:05}",
            "grid": grid,
            "first_day": str(today - timedelta(days=random.randrange(30, 3_000))),
        }
        if number >= profile.residents:
            row["last_day"] = str(today + timedelta(days=random.randrange(30, 700)))
        if number < profile.supervised:
            row["supervision"] = _entry(profile, seed, grid, number, today)
        yield row


def premises_id(seed: int, number: int) -> str:
    """Return the id that the premises of a number have under a seed."""
    return str(uuid5(UUID(int=seed), f"premises {number}"))


def premises(profile: Profile, seed: int) -> Iterator[dict[str, Any]]:
    """Yield premises; the demo landlord lets the first of each of the first communities."""
    random = Random(seed + 1)  # noqa: S311 - demo data
    landlord = str(uuid5(UUID(int=seed), "account landlord1"))
    grids = [grids_of(code) for code, _, _ in profile.layout.communities]
    for number in range(profile.premises):
        row: dict[str, Any] = {
            "premises_id": premises_id(seed, number),
            "grid": random.choice(grids[number % len(grids)]),
            "kind": random.choice(_KINDS),
            "rooms": random.randrange(1, 7),
            "label": f"{random.randrange(1, 40)}号楼-{random.randrange(1, 7):02}",
        }
        if number < min(len(grids), _LANDLORDS):
            row["accounts"] = [landlord]
        yield row


def a_name(random: Random) -> str:
    """Return a made-up name."""
    return random.choice(SURNAMES) + random.choice(GIVEN_FIRST) + random.choice(GIVEN_SECOND)


def _unused(random: Random, used: set[str]) -> str:
    while True:
        born = date(1950, 1, 1) + timedelta(days=random.randrange(20_000))
        number = document_number(born, random.randrange(1_000))
        if number not in used:
            used.add(number)
            return number


def _entry(profile: Profile, seed: int, grid: str, number: int, today: date) -> dict[str, Any]:
    street, room = profile.layout.room_of(grid)
    return {
        **(_HELP if number < profile.helped else _CORRECTION),
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


_HELP = {
    "category": "resettlement_help",
    "statute": "prison-law-37",
    "deciding_organ": "示范区司法局",
}
_CORRECTION = {
    "category": "community_correction",
    "statute": "community-correction-law-17",
    "deciding_organ": "示范区人民法院",
}
