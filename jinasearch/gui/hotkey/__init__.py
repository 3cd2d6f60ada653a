"""A key that works in every program: one file a platform, one protocol for all."""
