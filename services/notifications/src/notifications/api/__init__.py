"""HTTP: bodies and paths; no rules, no SQL."""
