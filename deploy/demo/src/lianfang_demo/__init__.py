"""Demo district, demo morning, and the live view in a terminal."""
