"""The HTTP face of population: bodies in, bodies out; no rules, no SQL."""
