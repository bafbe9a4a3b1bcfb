"""What incidents counts; kind, unit and labels stand here, once."""

from prometheus_client import Counter, Histogram

ARRIVAL_SECONDS = Histogram(
    "incidents_arrival_seconds",
    "From the opening of a criminal incident to the recorded arrival.",
    # The bands that police stations report by: 3, 5, 10, 15, 30 minutes.
    buckets=(180, 300, 600, 900, 1800),
)
ARRIVALS_MISSED = Counter(
    "incidents_arrivals_missed_total", "Criminal incidents without an arrival in time."
)
