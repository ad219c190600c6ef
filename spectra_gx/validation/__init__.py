"""Running checkpoints: the GX datasource and engine over Delta, our expectations, verdicts."""
