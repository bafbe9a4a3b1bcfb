"""Writes and checks the contracts of every service."""
