"""Messages about stages: the digest, tests, mutes and acknowledgements."""
