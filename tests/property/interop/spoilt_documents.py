"""Documents with junk in some places, and without what was in others."""

from __future__ import annotations

import json
from copy import deepcopy

from hypothesis import strategies as st


def places(said, path=()):
    """Yield the path of everything in a document."""
    items = said.items() if isinstance(said, dict) else enumerate(said)
    for key, value in items if isinstance(said, dict | list) else ():
        yield (*path, key)
        if isinstance(value, dict | list):
            yield from places(value, (*path, key))


def spoilt(data, document, junk):
    """Put junk somewhere into a document, or take something out."""
    said = json.loads(json.dumps(document))
    for _ in range(data.draw(st.integers(1, 3))):
        path = data.draw(st.sampled_from(sorted(places(said), key=str)))
        inside = said
        for step in path[:-1]:
            inside = inside[step]
        if data.draw(st.booleans()):
            inside[path[-1]] = deepcopy(data.draw(junk))  # junk gets junk inside
        else:
            del inside[path[-1]]
        if not said:
            break
    return said
