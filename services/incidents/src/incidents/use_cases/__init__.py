"""What incidents can be asked to do, one verb a file."""
