"""The chain over the audit rows of a service."""
