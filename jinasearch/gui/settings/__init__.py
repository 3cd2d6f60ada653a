"""The settings as a person sees them: the words for each, its control, and the dialog."""
