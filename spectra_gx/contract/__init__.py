"""The contract language: model, loading, rule catalogue, SQL guard. No GX, no pandas, no network."""
