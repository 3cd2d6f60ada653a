# Sourced by packaging/run, packaging/test and .ci/run: makes .venv and installs what is missing.
# Debian and Ubuntu are served by apt-get; elsewhere the missing things are named.
# shellcheck shell=bash

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd -P)
venv=${JINASEARCH_VENV:-$root/.venv}

# What Qt's xcb and wayland plugins and its own libraries link to beyond the C library:
# `ldd` on them is the source, tests/architecture/test_packaging.py compares.
qt_libraries="
libEGL.so.1:libegl1
libGL.so.1:libgl1
libX11.so.6:libx11-6
libX11-xcb.so.1:libx11-xcb1
libbrotlicommon.so.1:libbrotli1
libbrotlidec.so.1:libbrotli1
libdbus-1.so.3:libdbus-1-3
libfontconfig.so.1:libfontconfig1
libfreetype.so.6:libfreetype6
libglib-2.0.so.0:libglib2.0-0
libgthread-2.0.so.0:libglib2.0-0
libgssapi_krb5.so.2:libgssapi-krb5-2
libwayland-client.so.0:libwayland-client0
libwayland-cursor.so.0:libwayland-cursor0
libwayland-egl.so.1:libwayland-egl1
libxcb-cursor.so.0:libxcb-cursor0
libxcb-icccm.so.4:libxcb-icccm4
libxcb-image.so.0:libxcb-image0
libxcb-keysyms.so.1:libxcb-keysyms1
libxcb-randr.so.0:libxcb-randr0
libxcb-render-util.so.0:libxcb-render-util0
libxcb-render.so.0:libxcb-render0
libxcb-shape.so.0:libxcb-shape0
libxcb-shm.so.0:libxcb-shm0
libxcb-sync.so.1:libxcb-sync1
libxcb-util.so.1:libxcb-util1
libxcb-xfixes.so.0:libxcb-xfixes0
libxcb-xkb.so.1:libxcb-xkb1
libxcb.so.1:libxcb1
libxkbcommon-x11.so.0:libxkbcommon-x11-0
libxkbcommon.so.0:libxkbcommon0
libz.so.1:zlib1g
libzstd.so.1:libzstd1
"

say() { printf '%s\n' "$*" >&2; }

die() {
    say "jinasearch: $1"
    shift
    local line
    for line in "$@"; do say "  $line"; done
    exit 1
}

has_display() { [ -n "${DISPLAY:-}${WAYLAND_DISPLAY:-}" ]; }

# --- what is missing: "package:reason" lines in $missing ------------------------------------

missing=()

need() { missing+=("$1:$2"); }

find_python() {
    local candidate found
    for candidate in "${JINASEARCH_PYTHON:-}" python3 python3.14 python3.13 python3.12 python3.11 \
        /usr/bin/python3 /usr/local/bin/python3; do
        [ -n "$candidate" ] || continue
        # Run it: a version manager's shim may exist without the version behind it.
        found=$("$candidate" -c 'import sys; sys.version_info >= (3, 11) and print(sys.executable)' \
            2>/dev/null) || continue
        [ -z "$found" ] || { printf '%s' "$found"; return 0; }
    done
    return 1
}

check_python() {
    if ! python=$(find_python); then
        python=
        need python3 "Python 3.11 or newer"
        need python3-venv "makes the virtual environment"
        need python3-dev "Python's headers, to compile hnswlib"
        return
    fi
    local version
    version=$("$python" -c 'import sys; print("%d.%d" % sys.version_info[:2])')
    "$python" -c 'import ensurepip, venv' 2>/dev/null ||
        need "python$version-venv" "makes the virtual environment"
    [ -e "$("$python" -c 'import sysconfig; print(sysconfig.get_path("include"))')/Python.h" ] ||
        need "python$version-dev" "Python's headers, to compile hnswlib"
}

check_compiler() {
    command -v c++ >/dev/null || command -v g++ >/dev/null ||
        need g++ "a C++ compiler, as hnswlib is published as source only"
}

check_qt() {
    local known line
    known=$({ /sbin/ldconfig -p 2>/dev/null || ldconfig -p 2>/dev/null; } | awk '{print $1}')
    for line in $qt_libraries; do
        grep -qxF "${line%%:*}" <<<"$known" || need "${line#*:}" "a library that Qt's window needs"
    done
    # Without any font Qt draws empty boxes.
    if ! find /usr/share/fonts /usr/local/share/fonts "$HOME/.fonts" "$HOME/.local/share/fonts" \
        -name '*.[ot]t[fc]' -print -quit 2>/dev/null | grep -q .; then
        need fonts-dejavu-core "a font, as there is none"
    fi
}

check_test_programs() {
    local line
    for line in Xvfb:xvfb xvfb-run:xvfb xauth:xauth xdotool:xdotool strace:strace dbus-daemon:dbus-daemon; do
        command -v "${line%%:*}" >/dev/null ||
            need "${line#*:}" "a program that the tests use"
    done
}

# --- system packages --------------------------------------------------------------------------

install_missing() {
    [ ${#missing[@]} -gt 0 ] || return 0
    local packages reasons line how=()
    packages=$(printf '%s\n' "${missing[@]%%:*}" | sort -u | tr '\n' ' ')
    packages=${packages% }
    reasons=$(printf '%s\n' "${missing[@]}" | sort -u |
        awk -F: '{n[$2] = n[$2] " " $1} END {for (r in n) print "  " r ":" n[r]}' | sort)
    if ! command -v apt-get >/dev/null; then
        die "this machine lacks what the program needs, and it has no apt-get." "$reasons" \
            "Names are Debian's. Install their like with your package manager and start again."
    fi
    if [ "$(id -u)" -ne 0 ]; then
        command -v sudo >/dev/null || die "some system packages are missing." "$reasons" \
            "Neither root nor sudo is at hand. Ask an administrator to run:" \
            "    apt-get update && apt-get install --no-install-recommends $packages"
        how=(sudo -p "Password of %u for apt-get: ")
    fi
    say "jinasearch needs system packages that are not here yet:"
    say "$reasons"
    say "They are installed by: ${how:+sudo }apt-get install --no-install-recommends $packages"
    if [ -t 0 ] && [ -z "${CI:-}" ]; then
        read -r -p "Go on? [Y/n] " line
        case $line in [Nn]*) die "nothing was installed." ;; esac
    fi
    # An outdated list of packages is no reason to stop: the installation tells.
    "${how[@]}" apt-get update -qq || say "apt-get update failed; going on with the old lists."
    # shellcheck disable=SC2086 # one word a package
    "${how[@]}" env DEBIAN_FRONTEND=noninteractive \
        apt-get install -y -qq --no-install-recommends $packages >&2 ||
        die "the system packages could not be installed." \
            "Look at apt-get's message above, or install them yourself: $packages"
    missing=()
}

# --- the virtual environment -------------------------------------------------------------------

# What an installation of one sort ("run" or "dev") depends on. It changes, so we install again.
fingerprint() {
    local lock=$root/packaging/requirements.txt
    [ "$1" = run ] || lock=$root/packaging/requirements-dev.txt
    { cat "$lock" "$root/pyproject.toml" && printf '%s' "$root"; } | sha256sum | cut -d' ' -f1
}

stamp_holds() {
    [ -e "$venv/.unfinished" ] && return 1
    [ "$(cat "$venv/.stamp-$1" 2>/dev/null)" = "$(fingerprint "$1")" ] || return 1
    venv_works
}

# A system upgrade can take the interpreter away, or put a newer one in its place, whose
# site-packages would be another folder.
venv_works() {
    "$venv/bin/python" -c 'import os, sys, sysconfig
sys.exit(not os.path.isdir(sysconfig.get_path("purelib")))' 2>/dev/null
}

make_venv() {
    if [ -e "$venv" ] && [ ! -e "$venv/.jinasearch" ]; then
        die "$venv is there already and was not made by this script." \
            "Move it away, or name another folder in JINASEARCH_VENV."
    fi
    say "Making a virtual environment in $venv"
    rm -rf "$venv"
    mkdir -p "$venv"
    touch "$venv/.jinasearch" "$venv/.unfinished"
    "$python" -m venv "$venv" || die "the virtual environment could not be made."
}

# Counts pip's packages for a person who waits. $1: how many there are.
show_progress() {
    awk -v all="$1" '
        /^ *(Collecting|Processing|Ignoring|Requirement already satisfied)/ { printf "\r  %d of %d packages", ++n, all }
        /^Installing collected packages/ && n { printf "\r  installing them …       " }
        { fflush() }
        END { if (n) print "" }'
}

# What pip says goes to a log, hundreds of lines; where it fails, the last of them are shown.
# $1: how many packages are to come; then pip's arguments; $pip is how it is called.
run_pip() {
    local all=$1 log=$venv/install.log
    shift
    if [ -t 2 ]; then
        (set -o pipefail && "${pip[@]}" "$@" 2>&1 | tee -a "$log" | show_progress "$all" >&2)
    else
        "${pip[@]}" "$@" >>"$log" 2>&1
    fi || {
        tail -n 15 "$log" >&2
        say "All that pip said is in $log"
        return 1
    }
}

install_packages() {
    local lock=$root/packaging/requirements.txt pip=("$venv/bin/python" -m pip
        --disable-pip-version-check --no-input)
    [ "$1" = run ] || lock=$root/packaging/requirements-dev.txt
    # Killed half-way, pip leaves packages that look installed: begin anew.
    if [ -e "$venv/.unfinished" ] || ! venv_works; then make_venv; fi
    touch "$venv/.unfinished"
    say "Installing Python packages (the first time this takes a few minutes)"
    : >"$venv/install.log"
    run_pip "$(grep -c '==' "$lock")" install --require-hashes -r "$lock" ||
        die "the Python packages could not be installed." \
            "Look at pip's message above; start again to go on from here."
    run_pip 1 install --no-deps --editable "$root" ||
        die "jinasearch itself could not be installed into $venv."
    fingerprint run >"$venv/.stamp-run"
    [ "$1" = run ] || fingerprint dev >"$venv/.stamp-dev"
    rm "$venv/.unfinished"
    installed=yes
}

# Whether packages were installed by this start.
installed=no

say_what_comes_next() {
    local opens="The window opens" start=./packaging/run
    has_display || opens="Without a screen the prompt opens"
    [ "$PWD" = "$root" ] || start=$root/packaging/run
    say "jinasearch is installed in $venv, and nowhere else."
    say "  $opens with: $start [FOLDER]"
    say "  On the command line: $venv/bin/jinasearch search WORDS (all commands: --help)"
    say "  How it starts with the session, and how it is removed: README.md"
}

# setup run|dev: afterwards "$venv/bin/python" runs the program (run) or its tests as well (dev).
setup() {
    local sort=$1 qt=no
    if [ "$sort" = dev ] || has_display; then qt=yes; fi
    if stamp_holds "$sort" && { [ $qt = no ] || [ -e "$venv/.stamp-qt" ]; }; then return 0; fi

    # One installation at a time; the lock ends with this process.
    exec 9<"$root/pyproject.toml"
    if command -v flock >/dev/null && ! flock -n 9; then
        say "Another installation is running; waiting for it."
        flock 9
    fi
    if ! stamp_holds "$sort"; then
        check_python
        check_compiler
    fi
    [ $qt = no ] || check_qt
    [ "$sort" = run ] || check_test_programs
    install_missing
    if ! stamp_holds "$sort"; then
        [ -n "${python:-}" ] || python=$(find_python) ||
            die "there is no Python 3.11 or newer." \
                "Install one and name it in JINASEARCH_PYTHON, then start again."
        install_packages "$sort"
    fi
    [ $qt = no ] || touch "$venv/.stamp-qt"
    exec 9<&-
}

# Lays the extra `export` beside the locked packages, in $venv/export: put that on PYTHONPATH.
setup_export() {
    local pins=$root/packaging/requirements-export.txt stamp
    stamp=$(sha256sum <"$pins")
    [ "$(cat "$venv/export/.stamp" 2>/dev/null)" != "$stamp" ] || return 0
    rm -rf "$venv/export"
    say "Installing the packages that models are exported with"
    "$venv/bin/python" -m pip --disable-pip-version-check --no-input install --quiet --no-deps \
        --target "$venv/export" -r "$pins" >&2 ||
        die "the packages of the extra export could not be installed." \
            "Look at pip's message above; start again to go on from here."
    printf '%s\n' "$stamp" >"$venv/export/.stamp"
}
