"""The container enclosure: full CPython in a locked-down container of a Docker engine."""
