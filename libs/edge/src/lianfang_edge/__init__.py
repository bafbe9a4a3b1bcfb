"""A service's edge: HTTP, tokens, keys, settings, logs, process; no word of the domain."""
