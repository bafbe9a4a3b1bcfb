"""How a district is laid out: streets with their stations and rooms, communities with their grids.

Everything is synthetic: county 990101 is assigned to no place.
"""

from collections.abc import Iterator
from dataclasses import dataclass

COUNTY = "990101"
GRIDS_A_COMMUNITY = 4


@dataclass(frozen=True)
class Street:
    """One street with its station.

    Attributes:
        code: nine digits.
        zh, en: names, without the word for a street.
        communities: code of twelve digits and both names of each.
        officers: how many officers each room has, the head not counted.
    """

    code: str
    zh: str
    en: str
    communities: tuple[tuple[str, str, str], ...]
    officers: tuple[int, ...]

    def grids(self) -> list[str]:
        """Return the street's grids."""
        return [grid for code, _, _ in self.communities for grid in grids_of(code)]

    def sections(self) -> list[list[str]]:
        """Return the grids of each room: equal shares, whatever the communities' borders."""
        grids, rooms = self.grids(), len(self.officers)
        return [
            grids[room * len(grids) // rooms : (room + 1) * len(grids) // rooms]
            for room in range(rooms)
        ]


@dataclass(frozen=True)
class Layout:
    """All streets of a district."""

    streets: tuple[Street, ...]

    @property
    def communities(self) -> tuple[tuple[str, str, str], ...]:
        """All communities, street by street."""
        return tuple(each for street in self.streets for each in street.communities)

    def grids(self) -> list[str]:
        """Return all grids."""
        return [grid for street in self.streets for grid in street.grids()]

    def room_of(self, grid: str) -> tuple[str, int]:
        """Return the street and the number of the room that works for a grid."""
        street = next(each for each in self.streets if grid.startswith(each.code))
        sections = street.sections()
        return street.code, next(n for n, each in enumerate(sections, 1) if grid in each)


def grids_of(community: str) -> list[str]:
    """Return a community's grids."""
    return [f"{community}{number:03}" for number in range(1, GRIDS_A_COMMUNITY + 1)]


SMALL = Layout(
    (
        Street(
            "990101001",
            "北河",
            "Beihe",
            (
                ("990101001001", "槐荫社区", "Huaiyin"),
                ("990101001002", "柳堤社区", "Liudi"),
                ("990101001003", "石桥社区", "Shiqiao"),
            ),
            (1, 1),
        ),
        Street(
            "990101002",
            "南浦",
            "Nanpu",
            (
                ("990101002001", "东渡社区", "Dongdu"),
                ("990101002002", "青塘社区", "Qingtang"),
                ("990101002003", "云台社区", "Yuntai"),
            ),
            (1, 1),
        ),
    )
)


_COMMUNITIES = {
    "槐荫": "Huaiyin",
    "柳堤": "Liudi",
    "石桥": "Shiqiao",
    "东渡": "Dongdu",
    "青塘": "Qingtang",
    "云台": "Yuntai",
    "梅坞": "Meiwu",
    "竹里": "Zhuli",
    "兰汀": "Lanting",
    "菊园": "Juyuan",
    "桂岭": "Guiling",
    "松涛": "Songtao",
    "枫林": "Fenglin",
    "荷塘": "Hetang",
    "鹤鸣": "Heming",
    "雁湖": "Yanhu",
    "鹭洲": "Luzhou",
    "凤栖": "Fengqi",
    "望江": "Wangjiang",
    "听雨": "Tingyu",
    "春晖": "Chunhui",
    "秋实": "Qiushi",
}


def _one_street() -> Street:
    """Return a station with twelve rooms, an officer and a head in each.

    There are more communities than rooms, so that the sections of the police and the committees'
    areas are two different things here too.
    """
    code = f"{COUNTY}001"
    communities = tuple(
        (f"{code}{number:03}", f"{zh}社区", en)
        for number, (zh, en) in enumerate(_COMMUNITIES.items(), 1)
    )
    return Street(code, "北河", "Beihe", communities, (1,) * 12)


STATION = Layout((_one_street(),))


def _whole_streets() -> Iterator[Street]:
    """Yield four stations with 19 rooms and 113 officers, 19 of them heads of their room."""
    names = (("北河", "Beihe"), ("南浦", "Nanpu"), ("东湖", "Donghu"), ("西岭", "Xiling"))
    rooms = ((5,) * 5, (5,) * 5, (5,) * 5, (5, 5, 5, 4))
    for number, ((zh, en), officers) in enumerate(zip(names, rooms, strict=True), 1):
        code = f"{COUNTY}{number:03}"
        communities = tuple(
            (f"{code}{each:03}", f"{zh}第{each}社区", f"{en} {each}") for each in range(1, 11)
        )
        yield Street(code, zh, en, communities, officers)


WHOLE = Layout(tuple(_whole_streets()))
