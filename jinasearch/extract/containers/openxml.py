"""The packages that Office Open XML files are (ECMA-376, part 2): parts, and what they point to."""

from __future__ import annotations

import posixpath
import re
from typing import TYPE_CHECKING

from jinasearch.core.errors import JinasearchError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from xml.etree.ElementTree import Element

    from jinasearch.extract.containers.zipped import Archive

_DC = "{http://purl.org/dc/elements/1.1/}"
_DIGITS = re.compile(r"(\d+)")


class Package:
    """An open package. What is missing or damaged in it reads as nothing at all."""

    def __init__(self, archive: Archive) -> None:
        self.archive = archive

    def main(self, usual: str) -> str:
        """The part that the document begins with."""
        for kind, target in self._relations(""):
            if kind.endswith("/officeDocument") and target in self.archive:
                return target
        return usual

    def tree(self, part: str) -> Element | None:
        """A part, parsed."""
        try:
            return self.archive.xml(part) if part in self.archive else None
        except JinasearchError:
            return None

    def targets(self, part: str) -> dict[str, str]:
        """The parts that a part points to, by the identifier of the relation."""
        tree = self.tree(_relations_of(part))
        found: dict[str, str] = {}
        for relation in tree if tree is not None else ():
            if relation.get("TargetMode") != "External":
                found[relation.get("Id", "")] = _target(part, relation.get("Target", ""))
        return found

    def of_kind(self, part: str, kind: str) -> list[str]:
        """The parts that a part points to with relations whose type ends in `/kind`."""
        return [target for name, target in self._relations(part) if name.endswith(f"/{kind}")]

    def parts(self, start: str) -> list[str]:
        """The XML parts whose names begin so, in the order of their numbers."""
        names = [
            name for name in self.archive.names()
            if name.startswith(start) and name.endswith(".xml") and "/_rels/" not in name
        ]  # fmt: skip
        return sorted(names, key=_natural)

    def first(self, names: Iterable[str]) -> str:
        """The first of these that is there; empty if none is."""
        return next((name for name in names if name in self.archive), "")

    def about(self) -> tuple[str, str]:
        """Title and author."""
        core = self.tree("docProps/core.xml")
        if core is None:
            return "", ""
        return core.findtext(f"{_DC}title") or "", core.findtext(f"{_DC}creator") or ""

    def _relations(self, part: str) -> Iterator[tuple[str, str]]:
        tree = self.tree(_relations_of(part))
        for relation in tree if tree is not None else ():
            if relation.get("TargetMode") != "External":
                yield relation.get("Type", ""), _target(part, relation.get("Target", ""))


def local(element: Element) -> str:
    """An element's name without its namespace: the strict and the usual documents differ in it."""
    tag = element.tag
    return tag.rpartition("}")[2] if isinstance(tag, str) else ""


def texts(package: Package, part: str, tag: str) -> Iterator[str]:
    """The paragraphs of a part, or what stands in its elements `tag` outside of paragraphs."""
    tree = package.tree(part)
    if tree is None:
        return
    line: list[str] = []
    for element in tree.iter():
        name = local(element)
        if name in ("p", "comment", "si") and line:
            yield "".join(line)
            line.clear()
        elif name == tag and element.text:
            line.append(element.text)
    if line:
        yield "".join(line)


def _relations_of(part: str) -> str:
    folder, name = posixpath.split(part)
    return posixpath.join(folder, "_rels", f"{name}.rels")


def _target(part: str, target: str) -> str:
    if target.startswith("/"):
        return target[1:]
    return posixpath.normpath(posixpath.join(posixpath.dirname(part), target))


def _natural(name: str) -> list[tuple[int, str]]:
    return [(int(piece), "") if piece.isdecimal() else (0, piece) for piece in _DIGITS.split(name)]
