"""Premises, who lets them, and tenancies."""
