"""Everything that the engine does and has, on one page."""
