"""Programs that do the work of the network side by side: its services, floors below, peers."""
