import os
import json
from acme.core import one


def two(a: int) -> str:
    return json.dumps(a + one())
