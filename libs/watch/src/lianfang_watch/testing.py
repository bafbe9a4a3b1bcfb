"""What a test asks of the rules."""

from collections.abc import Iterable

from prometheus_client import REGISTRY

from lianfang_watch.watching import Invariant


def shown(rules: Iterable[Invariant]) -> dict[str, float | None]:
    """Return what the metrics page shows of each rule: 1 broken, 0 kept, None never asked."""
    name = "common_invariant_breaches"
    return {each.name: REGISTRY.get_sample_value(name, {"rule": each.name}) for each in rules}
