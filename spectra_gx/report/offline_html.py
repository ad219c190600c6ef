"""Make GX's pages keep to themselves: they open offline, run no script and call nobody.

As GX writes them they load styles and scripts from nine foreign hosts, and a logo whose address
says when the page was made. Their icon's address is wrong below the second folder.
"""

from __future__ import annotations

import re
from html import escape
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

_HANDLER = re.compile(r"""(<[a-z][^<>]*?)\son[a-z]+=(?:"[^"]*"|'[^']*'|[^\s>]*)""", re.IGNORECASE)
_STRANGE = re.compile(
    r"""<(?=/?[a-z])(?!/?(?:
        a|b|body|br|button|code|div|em|form|h[1-6]|head|hr|html|i|input|label|li|link|meta|nav|ol
        |p|pre|small|span|strong|style|table|tbody|td|th|thead|title|tr|ul
    )[\s/>])""",
    re.IGNORECASE | re.VERBOSE,
)
"""A tag that GX does not make pages of: it is what a contract or a table says, and is shown."""

_BODY = re.compile(r"<body\b[^>]*>", re.IGNORECASE)
_FOREIGN = re.compile(
    r"""<script\b.*?</script>
      | <style\b.*?</style>
      | <footer\b.*?</footer>
      | <div\b[^>]*\bnavbar-brand\b.*?</div>
      | <link\b[^>]*href="https?:[^>]*>
      | <link\b[^>]*rel="shortcut\ icon"[^>]*>
      | <img\b[^>]*src="https?:[^>]*>
      | url\(\s*['"]?https?:[^)]*\)""",
    re.IGNORECASE | re.DOTALL | re.VERBOSE,
)

_COUNTS = re.compile(r"(?<=<br>)(\d+)( unexpected values found\. \S+ of )(\d+)(?= total rows\.)")

# Whatever slips through is refused by the browser itself.
POLICY = (
    '<meta http-equiv="Content-Security-Policy" '
    "content=\"default-src 'none'; style-src 'self' 'unsafe-inline' file:; img-src 'self' file:\">"
)


def make_offline(page: str, stylesheet: str, ways: Mapping[str, str]) -> str:
    """Return the page without anything foreign, in the style of our own.

    Args:
        page: HTML as GX writes it.
        stylesheet: Address of our stylesheet, relative to the page.
        ways: Name → address of the pages around it, likewise relative.
    """
    own = f'<head>{POLICY}<link rel="stylesheet" href="{stylesheet}">'
    links = " · ".join(
        f'<a href="{escape(address)}">{escape(name)}</a>' for name, address in ways.items()
    )
    around = f'<body><nav class="around" aria-label="Pages around this one">{links}</nav>'
    kept = _HANDLER.sub(r"\1", _FOREIGN.sub("", page)).replace("<head>", own, 1)
    kept = kept.replace("<html>", '<html lang="en">', 1)
    kept = _COUNTS.sub(lambda found: f"{int(found[1]):,}{found[2]}{int(found[3]):,}", kept)
    kept = _STRANGE.sub("&lt;", kept)
    return _BODY.sub(lambda _: around, kept, count=1)
