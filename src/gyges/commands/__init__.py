"""The commands of `gyges`: thin, each a call into the packages."""
