"""What each kind of act of the live morning does at the gateway, and what is said of it."""
