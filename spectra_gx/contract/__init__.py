"""The contract language: model, loading, rule catalogue, SQL guard. No GX, pandas or network."""
