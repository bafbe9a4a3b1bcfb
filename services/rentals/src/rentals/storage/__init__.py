"""Where premises and tenancies are kept: tables, repositories, reads."""
