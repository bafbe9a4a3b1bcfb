"""Programs that do the work of notifications side by side: the service, floors below it, peers."""
