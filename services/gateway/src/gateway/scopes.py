"""From the grids of an office to the area ranges of a caller."""

from collections.abc import Collection, Iterable

from gateway.roles import ROLES
from lianfang_common.principal import AreaRange

_COUNTY_DIGITS = 6


def ranges_of(grids: Iterable[str]) -> tuple[AreaRange, ...]:
    """Return the fewest ranges that cover exactly these 15-digit grids."""
    ranges: list[AreaRange] = []
    for grid in sorted(set(grids)):
        alone = AreaRange.of_prefix(grid)
        if ranges and ranges[-1].end == alone.first:
            ranges[-1] = AreaRange(ranges[-1].first, alone.end)
        else:
            ranges.append(alone)
    return tuple(ranges)


def areas_of(role: str, grids: Collection[str], counties: Collection[str]) -> tuple[AreaRange, ...]:
    """Return what a role sees.

    Args:
        role: of the account.
        grids: of the account's office; empty without one.
        counties: county codes of the whole network, for who sees a county without an office.
    """
    reach = ROLES[role].areas
    if reach == "none":
        return ()
    if reach == "office":
        return ranges_of(grids)
    codes = {grid[:_COUNTY_DIGITS] for grid in grids} or set(counties)
    return tuple(AreaRange.of_prefix(code) for code in sorted(codes))
