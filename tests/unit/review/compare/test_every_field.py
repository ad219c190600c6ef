"""Whatever a contract can say is compared: a new field of the model must be given a change."""

from __future__ import annotations

from dataclasses import fields

import pytest

from spectra_gx.contract import model

COMPARED = {
    model.StageContract: "name owner tables system status contact purpose inputs guarantees "
    "handoff on_failure runbook consumes environments waivers changelog",
    model.Table: "name columns table_rules description extra_columns location credentials "
    "format csv quarantine owner tags",
    model.Column: "name type rules description classification masked timezone fields items tags "
    "examples",
    model.Rule: "id kind columns argument severity mostly shares where description",
    model.Guarantee: "id says proven_by",
    model.Handoff: "to requires max_age",
    model.Need: "stage version tables",
    model.Inputs: "auth_method variables",
    model.Environment: "name rules locations",
}
NOT_COMPARED = {
    model.StageContract: "version file",  # the gate's business
    model.Table: "primary_key place",  # a rule says it, too
    model.Column: "in_primary_key place",
    model.Rule: "table path place",  # parts of the id
}


@pytest.mark.parametrize("kind", COMPARED)
def test_every_field_is_compared(kind):
    known = {*COMPARED[kind].split(), *NOT_COMPARED.get(kind, "").split()}
    assert {field.name for field in fields(kind)} == known
