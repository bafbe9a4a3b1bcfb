"""What the `main` of a service needs: its declaration, its runtime and its command line."""

from lianfang_edge.cli import run_cli
from lianfang_edge.service import Runtime, Service

__all__ = ["Runtime", "Service", "run_cli"]
