"""The titles of a presentation's slides, which its text alone does not tell apart."""

from __future__ import annotations

from typing import TYPE_CHECKING

from jinasearch.core.errors import JinasearchError
from jinasearch.extract.containers.openxml import Package, local
from jinasearch.extract.containers.zipped import Archive
from jinasearch.extract.outline import one_line

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

    from jinasearch.extract.source import Source

_TITLES = ("title", "ctrTitle")


def slide_titles(source: Source) -> list[str]:
    """The titles of the slides in their order, empty where one has none."""
    try:
        package = Package(Archive(source))
    except JinasearchError:
        return []
    main = package.main("ppt/presentation.xml")
    show = package.tree(main)
    if show is None:
        return []
    targets = package.targets(main)
    slides = [
        targets.get(next((value for name, value in entry.items() if name.endswith("}id")), ""), "")
        for entry in show.iter()
        if local(entry) == "sldId"
    ]
    return [_title(package.tree(slide)) if slide else "" for slide in slides]


def _title(slide: Element | None) -> str:
    for shape in slide.iter() if slide is not None else ():
        if local(shape) != "sp":
            continue
        parts = list(shape.iter())
        if any(local(part) == "ph" and part.get("type") in _TITLES for part in parts):
            return one_line(" ".join(part.text or "" for part in parts if local(part) == "t"))
    return ""
