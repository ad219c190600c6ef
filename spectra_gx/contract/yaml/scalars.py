"""Write texts as YAML, with no more quotes than they need to be read as texts again."""

from __future__ import annotations

import io
import json
import re
from typing import Any

import yaml

from spectra_gx.contract.yaml.nodes import read_plain

_TEXT_TAG = "tag:yaml.org,2002:str"
_UNPRINTABLE = re.compile(
    r"[^\x20-\x7e\xa0-\u2027\u202a-\ud7ff\ue000-\ufefe\uff00-\ufffd\U00010000-\U0010ffff]"
)
_EMITTER: Any = yaml.emitter.Emitter(io.StringIO(), allow_unicode=True)
_OLD_READER: Any = yaml.resolver.Resolver()


def text_as_yaml(text: str, *, flow: bool) -> str:
    """Return a text on one line, plain if it can be, for inside or outside of brackets.

    What YAML 1.1 reads as something else (`no`, `2026-11-21`) is quoted, too: editors and other
    tools still go by it.
    """
    if _is_plain(text, flow=flow):
        return text
    if ("\\" in text or '"' in text) and not _UNPRINTABLE.search(text):
        return "'" + text.replace("'", "''") + "'"
    return _UNPRINTABLE.sub(_escape, json.dumps(text, ensure_ascii=False))


def _is_plain(text: str, *, flow: bool) -> bool:
    try:
        is_text = read_plain(text) == text
    except ValueError:
        return False
    if not is_text or _OLD_READER.resolve(yaml.ScalarNode, text, (True, False)) != _TEXT_TAG:
        return False
    seen = _EMITTER.analyze_scalar(text)
    return bool(not seen.multiline and (seen.allow_flow_plain if flow else seen.allow_block_plain))


def _escape(match: re.Match[str]) -> str:
    code = ord(match[0])
    return f"\\u{code:04x}" if code < 2**16 else f"\\U{code:08x}"
