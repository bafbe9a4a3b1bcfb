"""The HTTP side: bodies in, answers out; no rule and no SQL stands here."""
