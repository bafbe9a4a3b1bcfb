"""What can be done with premises and tenancies: one command and one function a file."""
