# The slow half of the launcher, sourced by ./retro: system packages, wheels, build, tests.
# Written for bash 3.2 and for the find, df and mktemp of both GNU and BSD.

say() { $quiet || printf 'retro: %s\n' "$*" >&2; }

# Ends the launcher with a sentence that says what happened and what to do.
fail() {
    printf 'retro: %s\n' "$*" >&2
    exit 1
}

set_up() {
    mkdir -p "$root/.deps" || fail "cannot write to $root; clone into a folder of your own."
    find_tools
    # The Python that installs the wheels also runs the figure renderer and the tracker.
    mkdir -p "$root/.deps/bin"
    ln -sfn "$python" "$root/.deps/bin/python3"
    if ! wheels_are_current; then
        locked install_wheels
    fi
}

build() {
    build_is_current || locked build_program
}

# Runs a step while no other start of the launcher does: eight ranks started at once must not
# install eight times. macOS has no flock; there a folder is the lock.
locked() {
    if command -v flock >/dev/null; then
        # Not `( … ) || exit`: that would switch `set -e` off inside.
        ( flock 9; "$@" 9>&- ) 9>"$root/.deps/lock"
        return
    fi
    local held="$root/.deps/lock.held"
    until mkdir "$held" 2>/dev/null; do
        # A holder that was killed left it behind.
        kill -0 "$(cat "$held/pid" 2>/dev/null || echo $$)" 2>/dev/null || rm -rf "$held"
        sleep 0.2
    done
    ( trap 'rm -rf "$held"' EXIT; echo $$ >"$held/pid"; "$@" )
}

# --- System -------------------------------------------------------------------------------------

# Debian package, Homebrew package, and the command that succeeds when it is there.
system_packages() {
    cat <<'TABLE'
pkg-config|pkgconf|command -v pkg-config
libssl-dev|openssl@3|pkg-config --exists libcrypto
libhdf5-dev|hdf5|have_hdf5
g++|-|have_cpp
libcurl4|-|toolchain_finds libcurl.so.4
libncurses6|-|toolchain_finds libncurses.so.6
libsqlite3-0|-|toolchain_finds libsqlite3.so.0
libxml2|-|toolchain_finds libxml2.so.2
TABLE
}

have_hdf5() {
    pkg-config --exists hdf5 || pkg-config --exists hdf5-serial
}

# SwiftPM compiles C++ with the toolchain's clang, which borrows the system's standard library.
have_cpp() {
    local compiler
    compiler="$(dirname "$(real_path "$(command -v swift)")")/clang++"
    [[ -x "$compiler" ]] || compiler=c++
    "$compiler" -std=c++20 -x c++ -fsyntax-only - <<<$'#include <span>\n#include <string>'
}

# Whether the programs of the toolchain that build us find a shared library of the system, or do not
# want it: the archives of swift.org bring none of these.
toolchain_finds() {
    command -v ldd >/dev/null || return 0
    local folder libraries
    folder="$(dirname "$(real_path "$(command -v swift)")")"
    libraries="$(ldd "$folder/swift-driver" "$folder/swift-build" "$folder/lld" 2>/dev/null)"
    [[ "$libraries" != *"$1 => not found"* ]]
}

real_path() {
    if command -v realpath >/dev/null; then realpath "$1"; else printf '%s\n' "$1"; fi
}

find_tools() {
    command -v swift >/dev/null || fail "the Swift toolchain is missing. Install Swift 6.2 or" \
        "newer as https://www.swift.org/install says, then start again."
    if [[ "$(uname -s)" == Darwin ]] && command -v brew >/dev/null; then
        # Homebrew keeps these out of pkg-config's usual path.
        PKG_CONFIG_PATH="$(brew --prefix)/opt/openssl@3/lib/pkgconfig:${PKG_CONFIG_PATH:-}"
        PKG_CONFIG_PATH="$(brew --prefix)/opt/hdf5/lib/pkgconfig:$PKG_CONFIG_PATH"
        export PKG_CONFIG_PATH
    fi
    missing_packages
    find_python || missing+=(python3-pip)
    if [[ ${#missing[@]} -gt 0 ]]; then
        install_packages
        missing_packages
        find_python || missing+=(python3-pip)
        [[ ${#missing[@]} -eq 0 ]] ||
            fail "${missing[*]} still missing after installing; see the messages above."
    fi
    check_toolchain
    install_sandbox
}

check_toolchain() {
    local said version
    said="$(swift --version 2>&1)" ||
        fail "the Swift toolchain does not start ($(tail -n 1 <<<"$said")); install it as" \
            "https://www.swift.org/install says."
    version="$(sed -n 's/.*Swift version \([0-9]*\.[0-9]*\).*/\1/p' <<<"$said" | head -n 1)"
    case "$version" in
        [1-5].* | 6.0 | 6.1)
            fail "Swift $version is too old; install Swift 6.2 or newer as" \
                "https://www.swift.org/install says." ;;
    esac
}

# bubblewrap runs the code that models write (HumanEval); everything else works without it, so it
# is installed where that takes no question, and its absence fails nothing.
install_sandbox() {
    [[ "$(uname -s)" == Linux ]] && ! command -v bwrap >/dev/null || return 0
    [[ "$(id -u)" == 0 && ! -e "$root/.deps/bubblewrap.log" ]] || return 0
    command -v apt-get >/dev/null || return 0
    say "installing bubblewrap, which HumanEval wants"
    mkdir -p "$root/.deps"
    { apt-get update && env DEBIAN_FRONTEND=noninteractive \
        apt-get install -y --no-install-recommends bubblewrap; } \
        >"$root/.deps/bubblewrap.log" 2>&1 ||
        say "bubblewrap could not be installed (see .deps/bubblewrap.log): no HumanEval here"
}

missing_packages() {
    missing=()
    missing_brew=()
    local debian brew check
    while IFS='|' read -r debian brew check; do
        if ! $check >/dev/null 2>&1 </dev/null; then
            missing+=("$debian")
            [[ "$brew" == - ]] || missing_brew+=("$brew")
        fi
    done < <(system_packages)
}

install_packages() {
    if [[ "$(uname -s)" == Darwin ]]; then
        fail "missing: ${missing[*]}. Install with:" \
            "xcode-select --install; brew install ${missing_brew[*]:-} python3"
    fi
    local sudo=""
    [[ "$(id -u)" == 0 ]] || sudo="sudo "
    local line="${sudo}apt-get install -y ${missing[*]}"
    command -v apt-get >/dev/null || fail "missing (Debian names): ${missing[*]}. Install what" \
        "this system calls them with its package manager, then start again."
    if [[ -n "$sudo" ]] && ! $assume_yes; then
        fail "missing: ${missing[*]}. Install with: $line    (or start again with --yes)"
    fi
    say "installing system packages: ${missing[*]}"
    local log="$root/.deps/apt.log"
    # shellcheck disable=SC2086
    if ! { ${sudo}apt-get update && ${sudo}env DEBIAN_FRONTEND=noninteractive \
        apt-get install -y --no-install-recommends "${missing[@]}"; } >"$log" 2>&1; then
        tail -n 5 "$log" >&2
        fail "apt-get could not install ${missing[*]} (messages above; all in $log)."
    fi
}

# Sets `python`: 3.10 or newer, with pip. Where a distribution has python without pip, a virtual
# environment of our own may still bring one.
find_python() {
    local candidate
    for candidate in "${RETRO_PYTHON:-}" python3 python3.13 python3.12 python3.11 python3.14 \
        python3.10; do
        [[ -n "$candidate" ]] && recent_python "$candidate" || continue
        if "$candidate" -m pip --version >/dev/null 2>&1; then
            # The interpreter itself: a version manager's shim means another one elsewhere.
            python="$("$candidate" -c 'import sys; print(sys.executable)')"
            return 0
        fi
        [[ -n "${bare:-}" ]] || local bare="$candidate"
    done
    [[ -n "${bare:-}" ]] || return 1
    python="$root/.deps/venv/bin/python3"
    "$python" -m pip --version >/dev/null 2>&1 && return 0
    rm -rf "$root/.deps/venv"
    "$bare" -m venv "$root/.deps/venv" >/dev/null 2>&1 &&
        "$python" -m pip --version >/dev/null 2>&1
}

recent_python() {
    "$1" -c 'import sys; sys.exit(sys.version_info < (3, 10))' >/dev/null 2>&1
}

# --- Wheels -------------------------------------------------------------------------------------

# Fills .deps/site.part, one pinned requirement after the other, and renames it when it is whole.
# What an interrupted start had finished is kept.
install_wheels() {
    wheels_are_current && return 0
    local part="$root/.deps/site.part" kind
    kind="$(wheel_kind)"
    if ! { cmp -s "$pins/wheels.txt" "$part/.wheels.txt" && [[ "$(cat "$part/.kind")" == "$kind" ]]; }
    then
        rm -rf "$part"
        mkdir -p "$part/.done"
        cp "$pins/wheels.txt" "$part/.wheels.txt"
        printf '%s' "$kind" >"$part/.kind"
    fi
    if [[ "$kind" == gpu ]]; then
        say "found an NVIDIA device: installing the CUDA libraries too (several GB)"
        need_disk 12
    else
        need_disk 3
    fi

    install_list "$pins/wheels.txt" "$part"
    if [[ "$(uname -s)" == Linux ]]; then
        if compgen -G "$part/torch-*+cpu.dist-info" >/dev/null; then
            say "this torch is a CPU build; it needs no CUDA libraries"
        else
            # libtorch_cpu.so of a CUDA build is linked against these two even without a GPU.
            say "this torch is a CUDA build; adding the libraries it always needs"
            install_list "$pins/cuda.txt" "$part"
        fi
        [[ "$kind" != gpu ]] || install_list "$pins/gpu.txt" "$part"
    fi
    [[ "$kind" != gpu ]] || : >"$part/.gpu"

    rm -rf "$root/.deps/site.old" "$root/.deps/tmp" "$root/.deps/new" "$root/.deps/pip.log"
    if [[ -e "$site" ]]; then mv "$site" "$root/.deps/site.old"; fi
    mv "$part" "$site"
    rm -rf "$root/.deps/site.old"
}

wheel_kind() {
    case "${RETRO_WHEELS:-}" in
        cpu | gpu) printf '%s' "$RETRO_WHEELS" ;;
        "") if [[ -e /dev/nvidiactl ]]; then printf gpu; else printf cpu; fi ;;
        *) fail "RETRO_WHEELS is '$RETRO_WHEELS'; it must be cpu or gpu." ;;
    esac
}

free_gb() { df -Pk "$root/.deps" | awk 'NR == 2 { print int($4 / 1048576) }'; }

need_disk() {
    local free
    free="$(free_gb)"
    [[ "$free" -ge "$1" ]] || fail "the wheels need about $1 GB in $root/.deps, and $free GB are" \
        "free there; make room or clone to a larger disk."
}

# Installs every requirement of a pins file, each with its hashes, into a folder.
install_list() {
    local list="$1" part="$2" line name=""
    local one="$root/.deps/requirement.txt"
    while IFS= read -r line || [[ -n "$line" ]]; do
        case "$line" in
            "#"*) continue ;;
            "    "*) printf '%s\n' "$line" >>"$one" ;;
            *)
                [[ -z "$name" ]] || install_one "$name" "$part" "$one"
                name="${line%% *}"
                printf '%s\n' "$line" >"$one"
                ;;
        esac
    done <"$list"
    [[ -z "$name" ]] || install_one "$name" "$part" "$one"
    rm -f "$one" "$one.bak"
}

install_one() {
    local name="$1" part="$2" one="$3"
    [[ ! -e "$part/.done/$name" ]] || return 0
    say "installing ${name/==/ }"
    log="$root/.deps/pip.log"
    # `==` also takes a +cpu build; a GPU needs the other one, which only `===` names.
    [[ "$(cat "$part/.kind")" != gpu ]] || sed -i.bak 's/==/===/' "$one"

    # Where a CPU build is offered, it needs no CUDA libraries and is a third of the size. It has to
    # be asked for by name: from a folder of wheels, whose links carry no hashes, pip prefers the other.
    if [[ "$name" == torch==* && "$(cat "$part/.kind")" == cpu && "$(uname -s)" == Linux ]]; then
        sed "s/^$name /$name+cpu /" "$one" >"$one.cpu"
        if run_pip "$one.cpu" "$name"; then
            rm -f "$one.cpu"
            take "$part" "$name"
            return 0
        fi
        rm -f "$one.cpu"
        grep -qi 'no matching distribution' "$log" || explain_pip "$name"
    fi
    run_pip "$one" "$name" || explain_pip "$name"
    take "$part" "$name"
}

# Installs a requirements file into a folder of its own, .deps/new.
run_pip() {
    local options=(--require-hashes --no-deps --only-binary=:all: --target "$root/.deps/new"
        --disable-pip-version-check --no-input --no-compile -r "$1")
    # shellcheck disable=SC2207
    options+=($(python_tag "$2"))
    rm -rf "$root/.deps/new"
    mkdir -p "$root/.deps/tmp"
    # pip unpacks in TMPDIR, which is memory on some machines.
    if $quiet || [[ ! -t 2 ]]; then
        TMPDIR="$root/.deps/tmp" "$python" -m pip install -q "${options[@]}" \
            >"$log" 2>&1 </dev/null
    else
        TMPDIR="$root/.deps/tmp" "$python" -m pip install "${options[@]}" \
            2>"$log" >&2 </dev/null
    fi
}

# Moves what pip just installed into the folder of all. pip itself would replace a folder that two
# packages share (nvidia/), not merge it.
take() {
    local part="$1" name="$2" entry base
    for entry in "$root/.deps/new"/*; do
        base="$(basename "$entry")"
        if [[ -d "$part/$base" ]]; then
            cp -R "$entry/." "$part/$base/" || fail "cannot write to $part; is the disk full?"
        else
            mv "$entry" "$part/$base" || fail "cannot write to $part."
        fi
    done
    rm -rf "$root/.deps/new"
    : >"$part/.done/$name"
}

# pip picks wheels for the Python it runs in. Two pins have none for every Python we take: there
# the nearest one is installed, whose C++ libraries, all that the program uses, are the same.
python_tag() {
    local minor
    minor="$("$python" -c 'import sys; print(sys.version_info.minor)')"
    if [[ "$minor" -gt 14 ]]; then
        printf -- '--python-version 3.14 --ignore-requires-python'
    elif [[ "$minor" -lt 11 && "$1" == pyarrow* ]]; then
        printf -- '--python-version 3.11 --ignore-requires-python'
    fi
}

explain_pip() {
    local name="$1"
    local unreachable='name resolution|establish|connection|timed out|unreachable|versions: none'
    tail -n 5 "$log" >&2
    # The log may be what did not fit.
    if grep -qi 'no space left' "$log" || [[ "$(free_gb)" -lt 1 ]]; then
        fail "the disk is full while installing $name; make room and start again (finished wheels" \
            "are kept)."
    elif grep -qiE 'do not match the hashes|hash mismatch' "$log"; then
        fail "$name from the package index is not the file that was pinned; a proxy or mirror has" \
            "changed it, or the download broke off. Start again; if it stays, report it."
    elif grep -qiE "$unreachable" "$log"
    then
        fail "the package index could not be reached for $name; check the network and start again" \
            "(finished wheels are kept)."
    elif grep -qi 'no matching distribution' "$log"; then
        fail "the package index offers no $name for $("$python" --version) on $(uname -m); set" \
            "RETRO_PYTHON to a Python 3.10 to 3.14."
    fi
    fail "pip could not install $name (messages above; all in $log)."
}

# --- Build and tests ----------------------------------------------------------------------------

build_program() {
    build_is_current && return 0
    local started="$root/.build/retro.started"
    forget_moved_build
    mkdir -p "$root/.build"
    # Taken before the build: what is edited while it runs is newer.
    printf '%s' "$root" >"$started"
    say "building (release)"
    if $quiet; then
        swift build --package-path "$root" -c release --product retro >"$root/.build/retro.log" 2>&1 ||
            { cat "$root/.build/retro.log" >&2; fail "the build failed (messages above)."; }
    else
        swift build --package-path "$root" -c release --product retro >&2 ||
            fail "the build failed (messages above)."
    fi
    mv "$started" "$built"
}

# Compiled modules name the folder they were made in; a moved clone starts over.
forget_moved_build() {
    if [[ -f "$built" && "$(<"$built")" != "$root" ]]; then
        say "this folder has moved; building from the beginning"
        rm -rf "$root/.build"
    fi
}

# Runs `swift test` with the flags under which it shares every object with `build`, and closes
# with the count.
run_tests() {
    local events="$root/.build/test-events.jsonl" status=0
    forget_moved_build
    mkdir -p "$root/.build"
    rm -f "$events"
    cd "$root"
    swift test -c release --disable-xctest --disable-testable-imports \
        --event-stream-output-path "$events" "$@" || status=$?
    "$python" "$pins/count_tests.py" "$events" "$status"
}
