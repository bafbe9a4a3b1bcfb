"""Routing rules, notices, acknowledgements and escalation."""
