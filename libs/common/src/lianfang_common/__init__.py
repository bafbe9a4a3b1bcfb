"""Delivery kernel: no word of the domain, at most 2,000 lines."""
