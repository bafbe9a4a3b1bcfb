"""Rows and queries of population."""
