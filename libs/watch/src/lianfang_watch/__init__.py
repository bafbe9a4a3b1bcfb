"""The rules about a service's own data, asked while it runs."""
