"""What can be asked of population, one verb a file."""
