"""What is indexed: folders, and whether the library is sound."""

from __future__ import annotations

from dataclasses import dataclass, replace

from jinasearch.core.models import Finding, Folder, Proposal, Rules, RulesPreview
from jinasearch.engine.protocol.call import Call
from jinasearch.engine.protocol.process import Done


@dataclass(frozen=True, slots=True)
class AddFolders:
    """Folders or single files to index, as `file:` URIs.

    Without `rules` new ones get the defaults, and known ones keep theirs.
    """

    uris: tuple[str, ...]
    rules: Rules | None = None


@dataclass(frozen=True, slots=True)
class Proposals:
    """Folders that could be indexed, with counts."""

    proposals: tuple[Proposal, ...] = ()


@dataclass(frozen=True, slots=True)
class SetRules:
    """New rules for one folder."""

    rules: Rules


@dataclass(frozen=True, slots=True)
class Exclude:
    """A file or folder to be left out from now on, as a `file:` URI; `back`: not any more.

    `preview`: only tell what would change.
    """

    uri: str
    back: bool = False
    preview: bool = False


@dataclass(frozen=True, slots=True)
class Exclusion:
    """The rule `pattern` of the indexed `folder` (its path) that leaves a file or folder out.

    `change`: what it would change, if that was asked for.
    """

    folder: str
    pattern: str
    change: RulesPreview | None = None


@dataclass(frozen=True, slots=True)
class ForgetAway:
    """A drive, or a folder, that is away and does not come back, as a `file:` URI."""

    uri: str


@dataclass(frozen=True, slots=True)
class Folders:
    """The indexed folders."""

    folders: tuple[Folder, ...] = ()


@dataclass(frozen=True, slots=True)
class Findings:
    """What a check of the library found."""

    findings: tuple[Finding, ...] = ()

    @property
    def whole(self) -> bool:
        """Whether nothing is wrong any more."""
        return all(finding.ok or finding.mended for finding in self.findings)

    def after(self, before: Findings) -> Findings:
        """What a repair has come to, from the check `before` it and this one after it: what was
        unsound then and is not now is told as mended."""
        sound = {finding.name for finding in self.findings if finding.ok}
        mended = {
            finding.name: replace(finding, remedy="", mended=True)
            for finding in before.findings
            if not finding.ok and (finding.mended or finding.name in sound)
        }
        now = tuple(finding for finding in self.findings if finding.name not in mended)
        return Findings((*mended.values(), *now))


def folders() -> Call[Folders]:
    """List the indexed folders."""
    return Call("GET", "/v1/folders", Folders)


def add_folders(request: AddFolders) -> Call[Folders]:
    """Index folders or files from now on; answers with all folders."""
    return Call("POST", "/v1/folders", Folders, request)


def propose_folders() -> Call[Proposals]:
    """Ask for folders that people usually want found; takes some seconds."""
    return Call("POST", "/v1/folders/propose", Proposals)


def set_rules(folder: int, request: SetRules) -> Call[Folders]:
    """Change what of a folder is indexed."""
    return Call("PUT", f"/v1/folders/{folder}/rules", Folders, request)


def preview_rules(folder: int, request: SetRules) -> Call[RulesPreview]:
    """Tell what other rules would change; nothing is changed. A newer one ends the older."""
    return Call("POST", f"/v1/folders/{folder}/rules/preview", RulesPreview, request)


def exclude(request: Exclude) -> Call[Exclusion]:
    """Leave a file or folder out of the indexed folder that it lies in, or take it in again."""
    return Call("POST", "/v1/folders/exclude", Exclusion, request)


def remove_folder(folder: int) -> Call[Folders]:
    """Forget a folder and everything read from it. The files themselves are not touched."""
    return Call("DELETE", f"/v1/folders/{folder}", Folders)


def forget_away(request: ForgetAway) -> Call[Folders]:
    """Forget what was on a drive that is away and does not come back; answers with all folders."""
    return Call("POST", "/v1/folders/forget", Folders, request)


def rescan() -> Call[Done]:
    """Look for changes in all folders now."""
    return Call("POST", "/v1/rescan", Done)


def check() -> Call[Findings]:
    """Check the library: database, full text, graph, and whether they agree."""
    return Call("POST", "/v1/check", Findings)
