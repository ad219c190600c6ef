"""References: where a secret is, or what issues it, in a word such as `vault:secret/lake#key`."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(frozen=True)
class Scheme:
    """A sort of references."""

    form: str
    """How one is written."""

    title: str
    """What it names, for people."""

    pattern: re.Pattern[str]
    """What follows the colon."""


def _scheme(form: str, title: str, pattern: str) -> Scheme:
    return Scheme(form, title, re.compile(pattern, re.ASCII))


SECRETS: Mapping[str, Scheme] = {
    "env": _scheme("env:NAME", "the environment or `.env`", r"[A-Za-z_]\w*"),
    "file": _scheme("file:PATH", "a file", r"[^\0]+"),
    "keyring": _scheme("keyring:SERVICE/USER", "the system's keyring", r"(.+)/([^/]+)"),
    "vault": _scheme(
        "vault:MOUNT/PATH#FIELD", "HashiCorp Vault", r"(?!.*\.\.)([\w-]+)/([^#?]+)#([^#]+)"
    ),
    "azure-keyvault": _scheme(
        "azure-keyvault:VAULT/NAME",
        "Azure Key Vault",
        r"([A-Za-z0-9-]{3,24})/([A-Za-z0-9-]{1,127})",
    ),
    "variable-library": _scheme(
        "variable-library:LIBRARY/NAME", "Fabric's Variable Library", r"([^/]+)/([^/]+)"
    ),
}
"""What a reference to a secret may begin with."""

ISSUERS: Mapping[str, Scheme] = {
    "aws-profile": _scheme("aws-profile:NAME", "a profile of the AWS configuration", r"[^\0]+"),
    "aws-role": _scheme(
        "aws-role:ARN", "a role of AWS", r"arn:aws[a-z-]*:iam::\d{12}:role/[\w+=,.@/-]+"
    ),
    "managed-identity": _scheme(
        "managed-identity` or `managed-identity:CLIENT-ID",
        "the managed identity of the machine",
        r"([0-9a-fA-F-]{36})?",
    ),
    "fabric-notebook": _scheme("fabric-notebook", "the notebook's token", r""),
}
"""What `provider` may be: it issues credentials that expire."""


@dataclass(frozen=True)
class Reference:
    """Where a secret is, or what issues credentials."""

    scheme: str
    rest: str
    """What follows the colon, as the pattern of its scheme has it."""

    def __str__(self) -> str:
        return f"{self.scheme}:{self.rest}" if self.rest else self.scheme

    @property
    def parts(self) -> tuple[str, ...]:
        """Return the groups of its pattern."""
        found = {**SECRETS, **ISSUERS}[self.scheme].pattern.fullmatch(self.rest)
        return found.groups() if found else ()


def parse_reference(text: str, schemes: Mapping[str, Scheme]) -> Reference | None:
    """Return a text as a reference; None where it begins with no scheme.

    Raises:
        ValueError: It is not as its scheme is written; says how.
    """
    word, _, rest = text.partition(":")
    scheme = schemes.get(word)
    if scheme is None:
        return None
    if scheme.pattern.fullmatch(rest) is None:
        raise ValueError(f"a place in {scheme.title} is written `{scheme.form}`")
    return Reference(word, rest)


def forms(schemes: Mapping[str, Scheme]) -> str:
    """Return how references are written, for people."""
    return ", ".join(f"`{scheme.form}`" for scheme in schemes.values())
