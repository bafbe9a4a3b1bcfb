"""The rules of premises and tenancies: plain values, no input or output, the day passed in."""
