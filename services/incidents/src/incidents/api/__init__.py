"""The HTTP side of incidents: bodies in and out; no rules, no SQL."""
