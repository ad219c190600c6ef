"""Schemas of other tools as contracts: Avro, JSON Schema, SQL DDL, pandera, pointblank."""
