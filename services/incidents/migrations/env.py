"""Alembic's entry: the kernel runs the migrations as the owner role."""

from incidents.settings import Settings
from incidents.storage.tables import metadata
from lianfang_edge.migrate import run_environment

run_environment(metadata, lambda: Settings().postgres.owner_url)
