"""How large the demo districts are, in the figures of the founding documents.

`ci` is one hundredth of a district, `station` Yangzhou's station, `district` Shiqi; `city` has as
many persons as a large city and serves the bench alone.
"""

from dataclasses import dataclass
from typing import Any

from lianfang_demo.layout import SMALL, STATION, WHOLE, Layout


@dataclass(frozen=True)
class Profile:
    """What a district has.

    Attributes:
        households: of the residents. No service keeps households yet: a figure alone.
        residents: persons who live where they are registered.
        floating: persons of the floating population whom the network knows.
        premises: that are let.
        units: shops, firms and venues. No service keeps units yet: a figure alone.
        helped: on the register for help after release.
        corrected: on the register for community correction.
        incidents_a_day: that the 110 feed or somebody else reports.
        layout: streets, stations, rooms and communities.
    """

    households: int
    residents: int
    floating: int
    premises: int
    units: int
    helped: int
    corrected: int
    incidents_a_day: int
    layout: Layout

    @property
    def persons(self) -> int:
        """Everybody whom the network knows."""
        return self.residents + self.floating

    @property
    def supervised(self) -> int:
        """Everybody on the register."""
        return self.helped + self.corrected

    def figures(self) -> dict[str, Any]:
        """Return every figure by its name."""
        return {name: value for name, value in vars(self).items() if name != "layout"}


PROFILES = {
    "ci": Profile(600, 1_700, 500, 200, 90, helped=5, corrected=0, incidents_a_day=1,
                  layout=SMALL),
    # 30 on the register, divided as in the district.
    "station": Profile(17_056, 59_398, 62_426, 8_983, 7_500, helped=25, corrected=5,
                       incidents_a_day=24, layout=STATION),
    # 45 released a year for five years, and 40 in correction.
    "district": Profile(60_000, 170_000, 50_000, 20_000, 9_000, helped=227, corrected=40,
                        incidents_a_day=43, layout=WHOLE),
    # For reads that must not grow with the number of persons.
    "city": Profile(600_000, 1_500_000, 500_000, 20_000, 90_000, helped=227, corrected=40,
                    incidents_a_day=390, layout=WHOLE),
}  # fmt: skip
