"""Alembic's entry: the kernel runs the migrations as the owner role."""

from lianfang_edge.migrate import run_environment
from population.settings import Settings
from population.storage.tables import metadata

run_environment(metadata, lambda: Settings().postgres.owner_url)  # type: ignore[call-arg]
