"""dbt's property files and manifests as contracts, and contracts as property files."""
