"""An ODCS file as a contract; whatever a contract cannot express is reported."""

from __future__ import annotations

from pathlib import PurePath
from typing import Any

from spectra_gx.contract.excerpts import quote
from spectra_gx.contract.language.documents import STATUSES, TOP_KEYS
from spectra_gx.contract.problems import Report
from spectra_gx.contract.yaml.nodes import TOP, MapNode, node_at, plain_value
from spectra_gx.contract.yaml.parsing import parse_yaml
from spectra_gx.errors import ContractError
from spectra_gx.interop import valid_names
from spectra_gx.interop.contract_document import render_contract
from spectra_gx.interop.losses import Conversion
from spectra_gx.interop.odcs.custom_properties import put_own_properties
from spectra_gx.interop.odcs.edited_checks import find_edited_checks
from spectra_gx.interop.odcs.name_map import OdcsDraft, build_name_map
from spectra_gx.interop.odcs.schema_import import read_tables
from spectra_gx.interop.odcs.service_levels import read_service_levels
from spectra_gx.interop.tracked_mapping import NO_EQUIVALENT, TrackedMapping

_OWN = frozenset(key.name for key in TOP_KEYS) - {"contract", "version", "owner", "tables"}
_STATUSES = {
    "proposed": "draft",
    "in development": "draft",
    "development": "draft",
    "retired": "deprecated",
}


def import_odcs(source: bytes, file: str) -> Conversion:
    """Convert an ODCS file into a valid contract.

    Raises:
        ContractError: It is not YAML or not an ODCS v3 file; says where.
    """
    document = _parse(source, file)
    draft = OdcsDraft()
    odcs = TrackedMapping(document, "", draft.losses)
    stage = _read_head(odcs, draft, file)
    draft.names = build_name_map(document, stage)
    read_tables(odcs, draft)
    put_own_properties(odcs, (), _OWN, draft)
    read_service_levels(odcs, draft)
    odcs.end()
    contract = draft.contract()
    draft.losses += find_edited_checks(document, contract)
    return Conversion(render_contract(contract), tuple(draft.losses))


def _parse(source: bytes, file: str) -> dict[str, Any]:
    report = Report(file)
    root = parse_yaml(source, report)
    if root is not None and not report.problems:
        version = node_at(root, "apiVersion")
        kind = plain_value(root).get("kind") if isinstance(root, MapNode) else None
        api_version = plain_value(version)
        if not isinstance(root, MapNode) or kind not in ("DataContract", None) or version is root:
            report.add(TOP, "not an ODCS file; one has `apiVersion` and `kind: DataContract`")
        elif not isinstance(api_version, str) or not api_version.startswith("v3"):
            report.add(
                version,
                f"{quote(str(api_version))} is not version 3 of ODCS; convert the file first",
            )
    if root is None or report.problems:
        raise ContractError(report.problems)
    document: dict[str, Any] = plain_value(root)
    return document


def _read_head(odcs: TrackedMapping, draft: OdcsDraft, file: str) -> str:
    for key in ("apiVersion", "kind"):
        odcs.take(key, str)
    stage = _read_name(odcs, draft, file)
    version = odcs.text("version") or ""
    fit = valid_names.semantic_version(version) or "0.1.0"
    if fit != version:
        draft.add_loss("version", f"{quote(version)} is not a semantic version and became '{fit}'")
    draft.put(("version",), fit, "version")
    status = odcs.text("status") or "draft"
    known = status if status in STATUSES else _STATUSES.get(status, "draft")
    if known != status:
        draft.add_loss("status", f"{quote(status)} became '{known}'")
    draft.put(("status",), known, "status")
    _read_owner(odcs, draft)
    _read_support(odcs, draft)
    description = odcs.mapping("description")
    purpose = description.text("purpose")
    if purpose:
        draft.put(("purpose",), purpose, "description.purpose")
    description.end()
    return stage


def _read_name(odcs: TrackedMapping, draft: OdcsDraft, file: str) -> str:
    name, identity = odcs.text("name"), odcs.text("id")
    stage = valid_names.stage_name(name or PurePath(file).name.partition(".")[0])
    if stage != name:
        draft.add_loss("name", f"{quote(name or 'no name')} became '{stage}'")
    if identity is not None and identity != stage:
        draft.add_loss(
            "id", f"{quote(identity)} is not imported; a contract is identified by its name"
        )
    draft.put(("contract",), stage, "name")
    return stage


def _read_owner(odcs: TrackedMapping, draft: OdcsDraft) -> None:
    owner, path = None, "team"
    if "team" in odcs:
        team = odcs.take("team", dict, list)
        listed = TrackedMapping(
            {"members": team} if isinstance(team, list) else team, "team", draft.losses
        )
        owner = listed.text("name")
        for member in listed.mappings("members"):
            role = member.take("role", str) or ""
            if owner is None and "owner" in role.lower() and "username" in member:
                owner, path = member.text("username"), member.path
                member.end()
            else:
                member.add_loss(f"{NO_EQUIVALENT}; only the owner is imported")
        listed.end()
    if owner is None:
        owner = "unknown"
        draft.add_loss("team", "has no owner; replace 'unknown'")
    draft.put(("owner",), owner, path)


def _read_support(odcs: TrackedMapping, draft: OdcsDraft) -> None:
    contact = None
    for channel in odcs.mappings("support"):
        name = channel.text("channel")
        if contact is None and name:
            contact = name
            draft.put(("contact",), name, channel.path)
            channel.end()
        else:
            channel.add_loss("only the first channel is imported, as `contact`")
