"""Rules of routing and of notices, without input or output."""
