"""Rules of reports and incidents; no input or output, the moment is passed in."""
