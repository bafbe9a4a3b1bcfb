"""Lets tests import the suite's own modules, and those of its neighbours that it uses."""

import sys
from pathlib import Path

HERE = Path(__file__).parent
sys.path[:0] = [str(HERE), *(str(HERE.parent / name) for name in ("system", "load"))]
