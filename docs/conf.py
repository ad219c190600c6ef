"""How the documentation becomes a site: `make docs`. It loads nothing from elsewhere."""

import sys
from pathlib import Path
from typing import Any

from spectra_gx import __version__

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE))

project = "spectra-gx"
version = release = __version__
html_title = "spectra-gx"

extensions = ["myst_parser", "sphinx_copybutton"]
exclude_patterns = ["_build"]
myst_heading_anchors = 4  # pages link to headings of each other

suppress_warnings = [
    # Anchors that are written out as HTML, which it does not see; tests/docs follow every link.
    "myst.xref_missing",
    # SQL with placeholders such as `{shop.order}`, which its lexer does not know.
    "misc.highlighting_failure",
]

html_theme = "furo"
html_show_sphinx = False
html_show_copyright = False
copybutton_prompt_text = "$ "
copybutton_exclude = ".linenos, .gp, .go"  # what is copied is what is typed


def setup(app: Any) -> None:
    """Take the pictures before the pages are read."""
    from screenshots import take  # noqa: PLC0415 - found from here on

    app.connect("builder-inited", lambda _: take(HERE / "_screenshots"))
