"""The small window that a key or the tray calls over any other."""
