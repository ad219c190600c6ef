"""What lint says about credentials by name, and about environments."""

from __future__ import annotations

from typing import TYPE_CHECKING

from spectra_gx.contract.excerpts import did_you_mean, quote
from spectra_gx.contract.model import Place
from spectra_gx.contract.problems import Report
from spectra_gx.contract.settings_file import CREDENTIALS_PATH, SettingsFile
from spectra_gx.contract.stage_files import SETTINGS_FILE
from spectra_gx.errors import ConfigurationError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path

    from spectra_gx.contract.model import StageContract
    from spectra_gx.contract.settings_file import Steps

_SETTINGS = ("tool", "spectra-gx")
_ENVIRONMENTS = (*_SETTINGS, "environments")


def check_credential_names(root: Path, contract: StageContract) -> Iterator[Report]:
    """Yield a report on a contract that names credentials which nothing declares."""
    named = [table for table in contract.tables if table.credentials is not None]
    if not named:
        return
    file = SettingsFile(root)
    known, kinds = _declared(file), _kinds(root)
    report = Report(contract.file or SETTINGS_FILE)
    for table in named:
        wrong = _mismatch(table.credentials or "", table.location or "", known, kinds)
        if wrong is not None:
            place = table.place or Place(report.file, 1, 1)
            report.add(place, f"table {quote(table.name)} names {wrong}", "meaning")
    yield report


def check_declarations(root: Path) -> Sequence[Report]:
    """Return a report on the credentials and environments of pyproject.toml; none without any."""
    file = SettingsFile(root)
    credentials, environments = file.table(CREDENTIALS_PATH), file.table(_ENVIRONMENTS)
    if file.report.problems:
        return []  # it cannot be read, which is reported where it is needed
    if credentials:
        from spectra_gx.store.credentials.declarations import read_credentials

        read_credentials(file)
    settings: list[Steps] = [_SETTINGS]
    if environments:
        from spectra_gx.settings import Settings
        from spectra_gx.settings.environments import check_environments

        check_environments(file, Settings)
        settings += [(*_ENVIRONMENTS, name) for name in environments]
    known, kinds = _declared(file), _kinds(root) if credentials or environments else {}
    for path in settings:
        name, warehouse = (
            file.table((*path, key)) for key in ("warehouse_credentials", "warehouse")
        )
        if isinstance(name, str) and (wrong := _mismatch(name, str(warehouse or ""), known, kinds)):
            file.add((*path, "warehouse_credentials"), f"names {wrong}")
    return [file.report] if credentials or environments or file.report.problems else []


def _declared(file: SettingsFile) -> set[str]:
    """Return the names of credentials, also those that an environment alone has."""
    tables = [file.table(path) for path in _paths(file)]
    return {name for table in tables if isinstance(table, dict) for name in table}


def _kinds(root: Path) -> dict[str, set[str]]:
    """Return each credential that is declared as it should be → the kinds of stores it is for.

    It is for several where an environment declares it otherwise.
    """
    from spectra_gx.store.credentials.declarations import read_credentials

    found: dict[str, set[str]] = {}
    file = SettingsFile(root)  # what is wrong in it is reported elsewhere
    for path in _paths(file):
        for one in read_credentials(file, path).values():
            found.setdefault(one.name, set()).add(one.kind)
    return found


def _paths(file: SettingsFile) -> list[Steps]:
    """Return where credentials are declared, also those of environments."""
    environments = file.table(_ENVIRONMENTS)
    names = environments if isinstance(environments, dict) else ()
    return [CREDENTIALS_PATH, *((*_ENVIRONMENTS, name, "credentials") for name in names)]


def _mismatch(
    name: str, address: str, known: set[str], kinds: Mapping[str, set[str]]
) -> str | None:
    """Return why a credential cannot open an address; None where it may."""
    if name not in known:
        return _unknown(name, known)
    from spectra_gx.store.addresses import is_store_address, parse_store_address

    if not is_store_address(address):
        return None
    try:
        kind = parse_store_address(address).kind
    except ConfigurationError:
        return None  # reported where it is written
    own = kinds.get(name, {kind})
    if kind in own:
        return None
    return (
        f"credential {quote(name)}, which is for {' and '.join(sorted(own))}, and is in {kind}; "
        "name another"
    )


def _unknown(name: str, known: set[str]) -> str:
    hint = did_you_mean(name, known) or (
        f"; declare it in pyproject.toml under `[tool.spectra-gx.credentials.{name}]`"
    )
    return f"credential {quote(name)}, which does not exist{hint}"
