"""The lab: hosts as namespaces, real servers, a real or a Martlet director, and scenarios that play on them."""
