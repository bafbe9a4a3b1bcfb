"""Alembic's entry: the kernel runs it as the owner role."""

from lianfang_edge.migrate import run_environment
from rentals.settings import Settings
from rentals.storage.tables import metadata

run_environment(metadata, lambda: Settings().postgres.owner_url)
