"""Charts over the activity log of a project: `streamlit run app.py -- PROJECT`."""

from __future__ import annotations

import sys
from pathlib import Path

import pandas as pd
import streamlit as st

from spectra_gx import Project

project = Project.open(Path(sys.argv[1] if len(sys.argv) > 1 else "."))
logs = project.warehouse.list_tables(["log"])
stages = [name.removeprefix("log.").removesuffix("log") for name in logs]

st.set_page_config(page_title="Stages", layout="wide")
st.title("Stages")
if not stages:
    st.info("No stage has run yet.")
    st.stop()

stage = st.sidebar.selectbox("Stage", stages)
last = st.sidebar.number_input("Newest runs", min_value=1, value=50)
rows = pd.DataFrame(project.log(stage, limit=int(last)))
runs = rows[rows["record_type"] == "run"].set_index("start_time")
tables = rows[rows["record_type"] == "checkpoint"]

newest = runs.iloc[-1]
ended, rules, taken = st.columns(3)
ended.metric("Last run", newest["status"])
rules.metric("Rules that passed", f"{newest['rules_passed']} of {newest['rules_declared']}")
taken.metric("Seconds", f"{newest['duration_seconds']:.1f}")

st.subheader("Seconds of each run")
st.line_chart(runs[["duration_seconds", "publish_duration_seconds"]])

st.subheader("Rows of each table")
st.line_chart(tables.pivot_table("row_count", "recorded_at", "table_name"))

st.subheader("Tables that did not pass")
failing = tables[tables["table_verdict"] != "passed"]
st.dataframe(failing[["recorded_at", "table_name", "table_verdict", "failing_rules"]])
