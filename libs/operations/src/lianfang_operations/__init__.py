"""What operators see of a service and do in it, over its API and without any personal data."""
