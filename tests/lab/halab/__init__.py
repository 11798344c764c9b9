"""Clusters of containers with systemd, ssh and simulated BMCs, for tests."""
