"""Starts and stops the network on one machine without Docker."""
