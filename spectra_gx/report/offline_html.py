"""Make GX's pages work offline: without scripts, requests, or styles but ours.

GX writes pages that load styles and scripts from nine foreign hosts, and a logo whose address
reveals when the page was made. The address of their icon is wrong below the second folder.
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
"""A tag that GX's pages do not have: it is text of a contract or table, and shown as such."""

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

# The browser refuses whatever is left.
POLICY = (
    '<meta http-equiv="Content-Security-Policy" '
    "content=\"default-src 'none'; style-src 'self' 'unsafe-inline' file:; img-src 'self' file:\">"
)


def make_offline(page: str, stylesheet: str, links: Mapping[str, str]) -> str:
    """Return a page without foreign parts, in our own style.

    `links` is name → address of the pages around it, relative as the stylesheet's is.
    """
    own = f'<head>{POLICY}<link rel="stylesheet" href="{stylesheet}">'
    around_links = " · ".join(
        f'<a href="{escape(address)}">{escape(name)}</a>' for name, address in links.items()
    )
    around = f'<body><nav class="around" aria-label="Pages around this one">{around_links}</nav>'
    text = _HANDLER.sub(r"\1", _FOREIGN.sub("", page)).replace("<head>", own, 1)
    text = text.replace("<html>", '<html lang="en">', 1)
    text = _COUNTS.sub(lambda found: f"{int(found[1]):,}{found[2]}{int(found[3]):,}", text)
    text = _STRANGE.sub("&lt;", text)
    return _BODY.sub(lambda _: around, text, count=1)
