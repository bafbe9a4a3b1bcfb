"""Alembic's entry: the kernel does the rest."""

from sqlalchemy import MetaData

from lianfang_edge.migrate import run_environment

run_environment(MetaData(), lambda: None)
