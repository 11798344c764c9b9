"""Clusters of containers with systemd, ssh and simulated BMCs, to test on."""
