"""Writing YAML that 1.1 and 1.2 readers read alike."""

from __future__ import annotations

from typing import Any

import yaml

from spectra_gx.contract.yaml_nodes import read_plain


class _Dumper(yaml.SafeDumper):
    def ignore_aliases(self, data: Any) -> bool:
        del data
        return True


def _represent_text(dumper: yaml.SafeDumper, text: str) -> yaml.ScalarNode:
    """Quote what 1.2 would not read as text; PyYAML itself quotes what 1.1 would not."""
    try:
        plain = read_plain(text) == text
    except ValueError:
        plain = False
    style = "|" if "\n" in text and plain else None if plain else '"'
    return dumper.represent_scalar("tag:yaml.org,2002:str", text, style=style)


_Dumper.add_representer(str, _represent_text)


def to_yaml(document: Any) -> str:
    """Return a document as YAML, keys in the order given."""
    return str(yaml.dump(document, Dumper=_Dumper, sort_keys=False, allow_unicode=True, width=100))
