"""One verb a file; none of them commits."""
