"""The rules of population: plain values and what may be done with them."""
