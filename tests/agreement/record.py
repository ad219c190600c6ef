"""Record what every place answers: `python -m tests.agreement.record`, which needs the servers."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from tests.agreement import recorded
from tests.agreement.answers import compare, on_delta
from tests.agreement.places import PLACES
from tests.agreement.suites import SUITES, WHICH

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.agreement.answers import Answers


def answers(root: Path) -> Iterator[tuple[recorded.Key, Answers]]:
    """Yield what each place answers."""
    delta = {
        (suite, which): on_delta(SUITES[suite](which), root / suite / which)
        for suite in SUITES
        for which in WHICH
    }
    for place, opened in PLACES.items():
        for (suite, which), tables in delta.items():
            folder = root / place / suite / which
            folder.mkdir(parents=True)
            with opened(folder) as move:
                yield (place, suite, which), compare(tables, move)


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as folder:
        recorded.write(answers(Path(folder)))
