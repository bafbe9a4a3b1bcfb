"""The demo district: areas down to grids, offices with their grids, and the demo accounts.

Everything is synthetic: county 990101 is assigned to no place. Ids follow from the seed, so that
the same seed makes the same district.
"""

from collections.abc import Iterable
from typing import Any
from uuid import UUID, uuid5

COUNTY = "990101"
GRIDS_A_COMMUNITY = 4
COMMUNITIES = (
    ("990101001001", "槐荫社区", "Huaiyin"),
    ("990101001002", "柳堤社区", "Liudi"),
    ("990101001003", "石桥社区", "Shiqiao"),
    ("990101002001", "东渡社区", "Dongdu"),
    ("990101002002", "青塘社区", "Qingtang"),
    ("990101002003", "云台社区", "Yuntai"),
)
STREETS = (("990101001", "北河街道", "Beihe"), ("990101002", "南浦街道", "Nanpu"))


def office_id(seed: int, name: str) -> UUID:
    """Return the id that an office has under a seed."""
    return uuid5(UUID(int=seed), f"office {name}")


def grids_of(community: str) -> list[str]:
    """Return a community's grids."""
    return [f"{community}{number:03}" for number in range(1, GRIDS_A_COMMUNITY + 1)]


def district(seed: int) -> dict[str, Any]:
    """Return areas and offices: one bureau, two stations, four rooms, six committees, two justice.

    A room's section holds one and a half communities, since sections and committees' areas are
    two different things.
    """
    areas = [_area(COUNTY, "联防示范区", "Lianfang model district")]
    areas += [_area(code, zh, f"{en} street") for code, zh, en in STREETS]
    areas += [_area(code, zh, f"{en} community") for code, zh, en in COMMUNITIES]
    areas += [
        _area(grid, f"{zh}第{int(grid[-3:])}网格", f"{en} grid {int(grid[-3:])}")
        for code, zh, en in COMMUNITIES
        for grid in grids_of(code)
    ]
    every = [grid for code, _, _ in COMMUNITIES for grid in grids_of(code)]
    offices = [_office(seed, "bureau", "bureau", "示范区公安分局", "District bureau", every)]
    for street, zh, en in STREETS:
        offices += _of_street(seed, street, zh.removesuffix("街道"), en)
    return {"areas": areas, "offices": offices}


def accounts(seed: int) -> list[dict[str, Any]]:
    """Return the demo accounts; the launcher gives them passwords."""
    found = [
        _account(seed, "bureau", "分局值班", "Bureau desk", "bureau", "bureau"),
        _account(seed, "feed110", "110 接警平台", "110 feed", "feed", "bureau"),
        _account(seed, "ops", "运维", "Operations", "ops", None),
        _account(seed, "auditor", "审计", "Auditor", "auditor", "bureau"),
        _account(seed, "landlord1", "出租人", "Landlord", "landlord", None),
    ]
    for street, zh, en in STREETS:
        short = en.lower()
        place = zh.removesuffix("街道")
        found += [
            _account(seed, f"{short}-chief", f"{place}派出所所长", f"{en} station head",
                     "station_head", f"station {street}"),
            _account(seed, f"{short}-justice", f"{place}司法所", f"{en} justice office",
                     "justice", f"justice {street}"),
        ]  # fmt: skip
        for half in (1, 2):
            room = f"room {street} {half}"
            found += [
                _account(seed, f"{short}-officer{half}", f"{place}第{half}警务室民警",
                         f"{en} officer {half}", "officer", room),
                _account(seed, f"{short}-head{half}", f"{place}第{half}警务室负责人",
                         f"{en} room head {half}", "room_head", room),
            ]  # fmt: skip
    found += [
        _account(seed, f"{en.lower()}-committee", f"{zh}居委会", f"{en} committee",
                 "committee", f"committee {code}")
        for code, zh, en in COMMUNITIES
    ]  # fmt: skip
    return found


def _of_street(seed: int, street: str, place: str, en: str) -> Iterable[dict[str, Any]]:
    communities = [entry for entry in COMMUNITIES if entry[0].startswith(street)]
    grids = [grid for code, _, _ in communities for grid in grids_of(code)]
    middle = len(grids) // 2
    station = f"station {street}"
    yield _office(seed, station, "station", f"{place}派出所", f"{en} station", grids, "bureau")
    for half, section in enumerate((grids[:middle], grids[middle:]), 1):
        yield _office(seed, f"room {street} {half}", "room", f"{place}第{half}警务室",
                      f"{en} community office {half}", section, station, "bureau")  # fmt: skip
    yield _office(seed, f"justice {street}", "justice", f"{place}司法所", f"{en} justice", grids)
    for code, zh, name in communities:
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
