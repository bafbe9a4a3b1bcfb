"""Rows of reports, incidents and the replicas that intake looks places up in."""
