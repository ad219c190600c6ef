"""What of this process's environment a process gets that we start for ourselves.

It is a list of what may go along: that a variable is a secret is not seen by its name.
"""

from __future__ import annotations

import os
import re

_USEFUL = re.compile(
    r"PATH|HOME|USER|LOGNAME|SHELL|TMPDIR|TEMP|TMP|TZ|LANG(UAGE)?|LC_\w+|XDG_\w+|VIRTUAL_ENV"
    r"|PYTHON\w*|LD_\w+|DYLD_\w+|RUST_\w+|MALLOC_\w+|OMP_\w+|ARROW_\w+|COV\w*|SSL_CERT_(FILE|DIR)"
    r"|(HTTPS?|ALL|NO)_PROXY|(https?|all|no)_proxy",
)


def own_environment(also: str = "", **changes: str) -> dict[str, str]:
    """Return the variables that programs need everywhere, and no others.

    Args:
        also: How the names of more begin, those of the program itself.
        changes: Variables to set.
    """
    kept = {
        name: value
        for name, value in os.environ.items()
        if _USEFUL.fullmatch(name) or (also and name.startswith(also))
    }
    return {**kept, **changes}
