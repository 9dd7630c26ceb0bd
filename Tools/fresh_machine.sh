#!/usr/bin/env bash
# Both commands of the README on a bare Debian, as root and as a plain user who says --yes.
#
# usage: Tools/fresh_machine.sh [--folder DIR] [--as root|user]… [--test WORDS] [--keep]
#
# A bare system comes from debootstrap, with the suite and the mirror that this machine's apt uses; the
# Swift toolchain of this machine is mounted into it read-only, and pip and apt are told what they are
# told here. The repository is cloned from this checkout's last commit. Quickstart runs at a small size
# (RETRO_NUM_ITERATIONS, RETRO_DOCUMENTS); WORDS are passed on to ./retro test. Ends with what was
# installed and how long each command took. Needs root, 8 GB of disk for each user, and a network.
set -euo pipefail

repository="$(cd -- "$(dirname -- "${BASH_SOURCE[0]}")/.." && pwd -P)"
folder="" keep=false test_words="" people=()
arguments=("$@")
while [[ $# -gt 0 ]]; do
    case "$1" in
        --folder) folder="$2" && shift ;;
        --as) people+=("$2") && shift ;;
        --test) test_words="$2" && shift ;;
        --keep) keep=true ;;
        *) printf 'usage: Tools/fresh_machine.sh [--folder DIR] [--as root|user]… [--test WORDS] [--keep]\n' >&2
            exit 2 ;;
    esac
    shift
done
[[ ${#people[@]} -gt 0 ]] || people=(root user)

say() { printf 'fresh machine: %s\n' "$*" >&2; }
fail() {
    say "$*"
    exit 1
}

[[ "$(id -u)" == 0 ]] || fail "mounting and debootstrap need root."
command -v apt-get >/dev/null || fail "this takes the mirror from apt's configuration; there is no apt here."
# In a mount namespace of its own, nothing stays mounted, however this ends.
if [[ -z "${FRESH_MACHINE_INSIDE:-}" ]]; then
    exec env FRESH_MACHINE_INSIDE=1 unshare --mount --propagation private \
        "$repository/Tools/fresh_machine.sh" ${arguments[@]+"${arguments[@]}"}
fi

if ! command -v debootstrap >/dev/null; then
    say "installing debootstrap"
    { apt-get update && apt-get install -y --no-install-recommends debootstrap; } >/dev/null 2>&1 ||
        fail "apt-get could not install debootstrap."
fi
swift="$(realpath "$(command -v swift)")" || fail "there is no Swift toolchain to mount."
toolchain="${swift%/usr/bin/*}"
[[ "$toolchain" != "$swift" ]] || fail "$swift does not lie in a toolchain (…/usr/bin)."
read -r mirror suite < <(
    apt-get indextargets --format '$(REPO_URI) $(CODENAME)' 'Created-By: Packages' | head -n 1
) || fail "apt's configuration names no archive; run apt-get update."

own_folder=false
if [[ -z "$folder" ]]; then
    folder="$(mktemp -d)"
    own_folder=true
fi
mkdir -p "$folder"
folder="$(realpath "$folder")"
clean_up() {
    if ! $keep; then
        umount -R "$folder"/machine-* 2>/dev/null || true
        rm -rf --one-file-system "$folder"/machine-*
        if $own_folder; then rm -rf --one-file-system "$folder"; fi
    fi
}
trap clean_up EXIT

if [[ ! -e "$folder/base/.whole" ]]; then
    say "making a bare $suite"
    rm -rf --one-file-system "$folder/base"
    debootstrap --variant=minbase "$suite" "$folder/base" "$mirror" >"$folder/debootstrap.log" 2>&1 ||
        fail "debootstrap failed; see $folder/debootstrap.log."
    : >"$folder/base/.whole"
fi

# Gives a system what pip and apt are told on this machine: proxies, certificates, indexes, folders.
tell() {
    local machine="$1" name value path
    cp -L /etc/resolv.conf /etc/hosts "$machine/etc/" 2>/dev/null || true
    rm -rf "$machine/etc/apt"
    cp -a /etc/apt "$machine/etc/apt"
    mkdir -p "$machine/usr/share/keyrings"
    cp -a /usr/share/keyrings/. "$machine/usr/share/keyrings/" 2>/dev/null || true
    if [[ -e /etc/pip.conf ]]; then cp -L /etc/pip.conf "$machine/etc/"; fi
    mkdir -p "$machine/opt/told"
    while IFS='=' read -r name value; do
        if [[ "$value" == /* && -f "$value" ]]; then
            # A bundle of certificates; at its own place the system's package would replace it.
            cp -L "$value" "$machine/opt/told/$name"
            value="/opt/told/$name"
        elif [[ "$value" == /* && -d "$value" && "$name" == PIP_* ]]; then
            mount_into "$machine" "$value"
        elif [[ "$value" == /* && "$name" != PIP_* ]]; then
            continue
        fi
        printf '%s=%q\n' "$name" "$value"
    done < <(env | grep -E '^(PIP_|SSL_CERT|[A-Za-z]+_(proxy|PROXY)=)' || true) >"$machine/tmp/told"
}

mount_into() {
    mkdir -p "$1$2"
    mount --bind "$2" "$1$2"
    mount -o remount,bind,ro "$1$2"
}

packages() { chroot "$1" dpkg-query -W -f '${Package} ${Installed-Size}\n' | sort; }

# Runs a line as a user of the system, in the clone.
inside() {
    local machine="$1" person="$2" line="$3" home="/root"
    [[ "$person" == root ]] || home="/home/$person"
    printf 'cd ~/retrograde\nset -a\n. /tmp/told\nset +a\n%s\n' "$line" >"$machine/tmp/line"
    chroot "$machine" su "$person" -s /bin/bash -c "env -i HOME=$home USER=$person LANG=C.UTF-8 \
        PATH=$toolchain/usr/bin:/usr/local/bin:/usr/bin:/bin:/usr/sbin:/sbin \
        RETRO_NUM_ITERATIONS=10 RETRO_DOCUMENTS=400 bash /tmp/line"
}

duration() { printf '%d min %d s' $(($1 / 60)) $(($1 % 60)); }

status=0
report=()
for person in "${people[@]}"; do
    machine="$folder/machine-$person"
    umount -R "$machine" 2>/dev/null || true
    rm -rf --one-file-system "$machine"
    cp -a "$folder/base" "$machine"
    mount -t proc proc "$machine/proc"
    mount --rbind /dev "$machine/dev"
    mount_into "$machine" "$toolchain"
    tell "$machine"
    home="$machine/root"
    if [[ "$person" != root ]]; then
        # A plain user of a Debian machine, who may use sudo.
        { chroot "$machine" apt-get update && chroot "$machine" apt-get install -y sudo; } \
            >"$folder/sudo.log" 2>&1 || fail "sudo could not be installed; see $folder/sudo.log."
        chroot "$machine" useradd --create-home --shell /bin/bash "$person"
        echo "$person ALL=(ALL) NOPASSWD: ALL" >"$machine/etc/sudoers.d/$person"
        home="$machine/home/$person"
    fi
    git clone --quiet --no-hardlinks "$repository" "$home/retrograde"
    chown -R "$(stat -c '%u:%g' "$home")" "$home/retrograde"
    packages "$machine" >"$folder/packages.before"

    yes=""
    [[ "$person" == root ]] || yes=" --yes"
    for line in "./retro quickstart$yes" "./retro test$yes${test_words:+ $test_words}"; do
        say "$person: $line"
        log="$folder/$person-$(cut -d ' ' -f 2 <<<"$line").log"
        begin="$(date +%s)"
        outcome=ended
        inside "$machine" "$person" "$line" >"$log" 2>&1 </dev/null || { outcome=FAILED && status=1; }
        took="$(($(date +%s) - begin))"
        report+=("$person: \`$line\` $outcome after $(duration "$took"); last line: $(tail -n 1 "$log")")
        if [[ "$outcome" == FAILED ]]; then tail -n 40 "$log" >&2; fi
    done
    packages "$machine" >"$folder/packages.after"
    new="$(comm -13 "$folder/packages.before" "$folder/packages.after")"
    asked="$(grep -ho 'installing system packages: .*' "$folder/$person"-*.log | head -n 1 || true)"
    count="$(wc -l <<<"$new")"
    size="$(awk '{ kb += $2 } END { printf "%.0f", kb / 1024 }' <<<"$new")"
    wheels="$(du -sm "$home/retrograde/.deps" | cut -f 1)"
    built="$(du -sm "$home/retrograde/.build" | cut -f 1)"
    report+=("$person: ${asked:-no system packages asked for}; $count packages with what they need,\
 $size MiB; wheels $wheels MiB; build $built MiB")
    say "$(tr '\n' ' ' <<<"$new")"
done
printf '%s\n' "$suite, $(nproc) processors, load $(cut -d ' ' -f 1-3 /proc/loadavg), commit \
$(git -C "$repository" rev-parse --short HEAD)" "${report[@]}"
exit "$status"
