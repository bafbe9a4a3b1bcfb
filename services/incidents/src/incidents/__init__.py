"""Reports, incidents and their clocks."""
