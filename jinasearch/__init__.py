"""jinasearch: find files on this machine by what they mean."""

__version__ = "0.1.0"
