"""Groups of file formats, as people name them: what `type:` takes and what menus offer."""

from __future__ import annotations

_GROUPS = {
    "document": "docx doc odt rtf epub pages tex latex fb2 wpd djvu",
    "pdf": "pdf ps",
    "text": "text txt md markdown log rst org plain adoc asciidoc",
    "code": (
        "code py pyi pyx js mjs cjs ts tsx jsx java kt kts scala groovy c h cc cpp cxx hpp hh m mm"
        " cs go rs rb php pl pm lua r jl swift dart hs ml mli fs clj cljs el lisp scm erl ex exs"
        " sh bash zsh fish ps1 bat cmd sql vb vbs pas asm s f f90 v vhd tcl cmake gradle css scss"
        " sass less vue svelte proto graphql tf nix zig nim d cu json xml yaml yml toml ini cfg"
        " notebook ipynb"
    ),
    "web": "html htm xhtml mhtml mht web url",
    "sheet": "xlsx xls xlsb ods csv tsv numbers xlsm",
    "slides": "pptx ppt odp key",
    "mail": "eml msg mbox",
    "image": "png jpg jpeg gif webp tif tiff bmp svg image heic avif",
    "audio": "mp3 flac ogg opus wav m4a aac wma audio",
    "video": "mp4 mkv avi mov webm wmv m4v video",
    "archive": "zip tar gz tgz 7z rar xz bz2 zst archive",
}
GROUPS: dict[str, frozenset[str]] = {name: frozenset(of.split()) for name, of in _GROUPS.items()}
"""By name of the group: the formats that the library knows and the file name extensions of it."""

_ALSO = {
    "document": "doc docs documents word writer book books ebook 文档",
    "text": "texts note notes 文本",
    "code": "source script scripts program 代码",
    "web": "webpage html page 网页",
    "sheet": "sheets spreadsheet spreadsheets excel table tables calc 表格",
    "slides": "slide presentation presentations powerpoint impress deck 幻灯片 演示",
    "mail": "mails email emails e-mail message messages 邮件",
    "image": "images picture pictures photo photos img 图片 照片",
    "audio": "sound music 音频 音乐",
    "video": "videos movie movies film 视频",
    "archive": "archives compressed 压缩",
}
NAMES: dict[str, str] = {
    **{name: name for name in GROUPS},
    **{also: name for name, words in _ALSO.items() for also in words.split()},
}
"""Everything that a group can be called, lower case, and the group's own name."""


def group_of(kind: str) -> str:
    """The group of a format or extension, such as `sheet` of `xlsx`; empty if it is in none."""
    return next((name for name, kinds in GROUPS.items() if kind in kinds), "")
