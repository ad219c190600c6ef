"""Make GX's pages keep to themselves: they open offline, run no script and call nobody.

As GX writes them they load styles and scripts from nine foreign hosts, and a logo whose address
says when the page was made.
"""

from __future__ import annotations

import re

_FOREIGN = re.compile(
    r"""<script\b.*?</script>
      | <footer\b.*?</footer>
      | <link\b[^>]*href="https?:[^>]*>
      | <img\b[^>]*src="https?:[^>]*>
      | url\(\s*['"]?https?:[^)]*\)""",
    re.IGNORECASE | re.DOTALL | re.VERBOSE,
)

# Whatever slips through is refused by the browser itself.
POLICY = (
    '<meta http-equiv="Content-Security-Policy" '
    "content=\"default-src 'none'; style-src 'self' 'unsafe-inline' file:; img-src 'self' file:\">"
)


def make_offline(page: str, stylesheet: str) -> str:
    """Return the page without anything foreign, in the style of our own.

    Args:
        page: HTML as GX writes it.
        stylesheet: Address of our stylesheet, relative to the page.
    """
    own = f'<head>{POLICY}<link rel="stylesheet" href="{stylesheet}">'
    return _FOREIGN.sub("", page).replace("<head>", own, 1)
