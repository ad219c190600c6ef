"""What a run publishes of its stage: locks, batches, watermarks, and what dead runs left."""
