"""Every metric of population: kind, unit, labels. None tells of the register or its matches."""

from prometheus_client import Counter

UNKNOWN_RECEIPTS = Counter(
    "population_unknown_receipts_total",
    "Tenants and landlords left out: their receipt names another person or other premises.",
)
