"""The first steps: which folders, which model, when to work. Search is possible from the first."""
