"""Accounts, sessions, the way in, and the live view."""
