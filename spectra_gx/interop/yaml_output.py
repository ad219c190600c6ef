"""YAML output that means the same to readers of YAML 1.1 and 1.2."""

from __future__ import annotations

from typing import Any

import yaml

from spectra_gx.contract.dumping import Dumper, reads_as_text, represent_text


class _Dumper(Dumper):
    """Writes texts of several lines as blocks."""


def _represent_text(dumper: yaml.SafeDumper, text: str) -> yaml.ScalarNode:
    if "\n" in text and reads_as_text(text):
        return dumper.represent_scalar("tag:yaml.org,2002:str", text, style="|")
    return represent_text(dumper, text)


_Dumper.add_representer(str, _represent_text)


def to_yaml(document: Any) -> str:
    """Return a document as YAML, keys in the order given."""
    return str(yaml.dump(document, Dumper=_Dumper, sort_keys=False, allow_unicode=True, width=100))
