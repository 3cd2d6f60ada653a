"""Showing files beside the results; run by the worker processes."""

AS_TEXT = frozenset(
    {"docx", "doc", "xlsx", "xls", "xlsb", "pptx", "ppt", "odt", "ods", "odp", "epub", "rtf", "msg",
     "notebook"}
)  # fmt: skip
"""Kinds that are not drawn: the text that the library holds of them is shown."""
