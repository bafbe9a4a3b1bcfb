"""Lets schemathesis ask as a user of each role in turn; loaded into its process as its hooks.

`LIANFANG_TOLD` names a file with the seed, the headers of each user, and ids of things that are
there by the name of the parameter that holds one. What was answered is counted beside it.
"""

import atexit
import json
import os
from collections import Counter
from itertools import cycle
from pathlib import Path
from random import Random
from typing import Any

import schemathesis

FILE = Path(os.environ["LIANFANG_TOLD"])
TOLD = json.loads(FILE.read_text())
_random = Random(TOLD["seed"])
_turn = cycle(TOLD["callers"])
_statuses: Counter[str] = Counter()
atexit.register(lambda: Path(f"{FILE}.statuses").write_text(json.dumps(_statuses)))


@schemathesis.hook
def before_call(_context: Any, case: Any, kwargs: dict[str, Any]) -> None:
    """Say who asks, and let half of the requests come as far as a rule or a row."""
    case.headers = {**(case.headers or {}), **next(_turn)}
    kwargs["allow_redirects"] = False
    if _random.random() < 0.5:
        return
    for name in case.path_parameters or {}:
        if TOLD["known"].get(name):
            case.path_parameters[name] = _random.choice(TOLD["known"][name])
    if "if-match" in {parameter.name for parameter in case.operation.headers}:
        case.headers |= {
            "idempotency-key": f"attack-{_random.getrandbits(64):x}",
            "if-match": f'"{_random.randint(1, 3)}"',
        }


@schemathesis.hook
def after_call(_context: Any, _case: Any, response: Any) -> None:
    """Count what was answered."""
    _statuses[str(response.status_code)] += 1
