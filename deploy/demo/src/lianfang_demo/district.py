"""The demo district: areas down to grids, offices with their grids, and the demo accounts.

Everything is synthetic: county 990101 is assigned to no place. Ids follow from the seed, so that
the same seed makes the same district.
"""

from collections.abc import Iterable
from typing import Any
from uuid import UUID, uuid5

from lianfang_demo.layout import COUNTY, SMALL, Layout, Street, grids_of


def office_id(seed: int, name: str) -> UUID:
    """Return the id that an office has under a seed."""
    return uuid5(UUID(int=seed), f"office {name}")


def district(seed: int, layout: Layout = SMALL) -> dict[str, Any]:
    """Return areas and offices: one bureau; for each street a station with its rooms and a
    justice office; for each community a committee.

    A room's section may hold half a community, since sections and committees' areas are two
    different things.
    """
    areas = [_area(COUNTY, "联防示范区", "Lianfang model district")]
    areas += [_area(each.code, f"{each.zh}街道", f"{each.en} street") for each in layout.streets]
    areas += [_area(code, zh, f"{en} community") for code, zh, en in layout.communities]
    areas += [
        _area(grid, f"{zh}第{int(grid[-3:])}网格", f"{en} grid {int(grid[-3:])}")
        for code, zh, en in layout.communities
        for grid in grids_of(code)
    ]
    offices = [
        _office(seed, "bureau", "bureau", "示范区公安分局", "District bureau", layout.grids())
    ]
    for street in layout.streets:
        offices += _of_street(seed, street)
    return {"areas": areas, "offices": offices}


def accounts(seed: int, layout: Layout = SMALL) -> list[dict[str, Any]]:
    """Return the demo accounts; the launcher gives them passwords."""
    found = [
        _account(seed, "bureau", "分局值班", "Bureau desk", "bureau", "bureau"),
        _account(seed, "feed110", "110 接警平台", "110 feed", "feed", "bureau"),
        _account(seed, "ops", "运维", "Operations", "ops", None),
        _account(seed, "auditor", "审计", "Auditor", "auditor", "bureau"),
        _account(seed, "landlord1", "出租人", "Landlord", "landlord", None),
    ]
    for street in layout.streets:
        short = street.en.lower()
        found += [
            _account(seed, f"{short}-chief", f"{street.zh}派出所所长", f"{street.en} station head",
                     "station_head", f"station {street.code}"),
            _account(seed, f"{short}-justice", f"{street.zh}司法所", f"{street.en} justice office",
                     "justice", f"justice {street.code}"),
        ]  # fmt: skip
        for room, officers in enumerate(street.officers, 1):
            office = f"room {street.code} {room}"
            for nth in range(1, officers + 1):
                which = f"{room}" if nth == 1 else f"{room}-{nth}"
                found.append(
                    _account(seed, f"{short}-officer{which}", f"{street.zh}第{room}警务室民警",
                             f"{street.en} officer {which}", "officer", office)
                )  # fmt: skip
            found.append(
                _account(seed, f"{short}-head{room}", f"{street.zh}第{room}警务室负责人",
                         f"{street.en} room head {room}", "room_head", office)
            )  # fmt: skip
    found += [
        _account(seed, f"{en.lower().replace(' ', '')}-committee", f"{zh}居委会", f"{en} committee",
                 "committee", f"committee {code}")
        for code, zh, en in layout.communities
    ]  # fmt: skip
    return found


def _of_street(seed: int, street: Street) -> Iterable[dict[str, Any]]:
    place, en, grids = street.zh, street.en, street.grids()
    station = f"station {street.code}"
    yield _office(seed, station, "station", f"{place}派出所", f"{en} station", grids, "bureau")
    for room, section in enumerate(street.sections(), 1):
        yield _office(seed, f"room {street.code} {room}", "room", f"{place}第{room}警务室",
                      f"{en} community office {room}", section, station, "bureau")  # fmt: skip
    yield _office(
        seed, f"justice {street.code}", "justice", f"{place}司法所", f"{en} justice", grids
    )
    for code, zh, name in street.communities:
        yield _office(seed, f"committee {code}", "committee", f"{zh}居委会",
                      f"{name} committee", grids_of(code))  # fmt: skip


def _area(code: str, name_zh: str, name_en: str) -> dict[str, str]:
    return {"code": code, "name_zh": name_zh, "name_en": name_en}


def _office(
    seed: int,
    name: str,
    kind: str,
    name_zh: str,
    name_en: str,
    grids: list[str],
    lead: str | None = None,
    guide: str | None = None,
) -> dict[str, Any]:
    return {
        "office_id": str(office_id(seed, name)),
        "kind": kind,
        "name_zh": name_zh,
        "name_en": name_en,
        "lead_parent": str(office_id(seed, lead)) if lead else None,
        "guide_parent": str(office_id(seed, guide)) if guide else None,
        "grids": grids,
    }


def _account(
    seed: int, login: str, name_zh: str, name_en: str, role: str, office: str | None
) -> dict[str, Any]:
    return {
        "account_id": str(uuid5(UUID(int=seed), f"account {login}")),
        "login": login,
        "name_zh": name_zh,
        "name_en": name_en,
        "role": role,
        "office_id": str(office_id(seed, office)) if office else None,
    }
