"""Other tools' ways into a project, a package each: agents, Airflow, Dagster."""
