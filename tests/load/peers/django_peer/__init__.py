"""The same work by Django's models and Celery's tasks, with Valkey between them."""
