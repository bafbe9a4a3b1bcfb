"""Areas, offices, persons, residences and the register of supervision and help."""
