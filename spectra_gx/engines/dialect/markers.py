"""DataFusion's SQL as a typed tree, and the functions that mark what engines write differently.

A marker replaces what another engine has to translate by its own means.
"""

from __future__ import annotations

from sqlglot.dialects.postgres import Postgres

from spectra_gx.contract.sql.datafusion_dialect import DataFusionDialect

WHOLE_DIVISION, FLOAT_DIVISION = "whole_division", "float_division"
"""Mark `/` once it is known what is divided."""

FLOAT_RESULT, FLOAT_NEGATED = "float_result", "float_negated"
"""Mark what is calculated of floating-point numbers."""

GATHERED = "gathered"
"""Marks texts gathered in the order of a key."""


class TypedDataFusion(Postgres):  # type: ignore[misc]  # sqlglot ships no types
    """DataFusion's SQL, its functions known by what they compute, so that types can be found."""

    Tokenizer = DataFusionDialect.Tokenizer
