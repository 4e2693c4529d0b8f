# shellcheck shell=bash
# A bare Debian in a folder, and commands in it as on a machine of its own. Sourced; needs script.sh and packages.sh.
#
# What a user has who has cloned this repository is there: git, certificates, and the .NET SDK, which is this machine's,
# bound into the root. There is no compiler, no MPI, no Python, no sudo, and there are no package lists.

fresh_folder="$repository/artifacts/fresh"
# How this machine reaches mirrors and package sources.
fresh_passed_on=(http_proxy https_proxy no_proxy HTTP_PROXY HTTPS_PROXY NO_PROXY SSL_CERT_FILE SSL_CERT_DIR
    CURL_CA_BUNDLE NODE_EXTRA_CA_CERTS NUGET_CERT_REVOCATION_MODE)

# The reason why no root can be made or entered here; nothing where it can.
why_no_fresh_root() {
    if [[ $(id -u) != 0 ]]; then
        printf 'a bare Debian root takes root rights (debootstrap, chroot)\n'
    elif ! unshare --mount --pid --fork true 2>/dev/null; then
        printf 'this machine allows no mount and process namespaces (unshare --mount --pid)\n'
    elif ! mount_here_works; then
        printf 'this machine allows no bind mounts, or no /proc of its own, in a namespace\n'
    fi
}

mount_here_works() {
    unshare --mount --pid --fork bash -c 'mount --bind /tmp /mnt && mount -t proc proc /mnt' 2>/dev/null
}

# require_fresh_root RELEASE USER: ends with a sentence where there can be no such root.
require_fresh_root() {
    local reason
    if [[ $1 != bookworm && $1 != trixie ]]; then
        fail "expected a release of Debian that this is tried on, bookworm or trixie; found '$1'"
    fi
    if [[ $2 != root && $2 != somebody ]]; then
        fail "expected a user that the fresh root has, root or somebody; found '$2'"
    fi
    reason=$(why_no_fresh_root)
    if [[ -n $reason ]]; then
        fail "$reason"
    fi
    require_sdk
    require_packages debootstrap
}

# This machine's mirror, as far as its own lists name one; Debian's address elsewhere.
debian_mirror() {
    local found
    found=$({ cat /etc/apt/sources.list /etc/apt/sources.list.d/* 2>/dev/null || true; } |
        awk '/^(URIs:|deb )/ { for (i = 2; i <= NF; i++) if ($i ~ "^https?://.*/debian/?$") { print $i; exit } }')
    printf '%s\n' "${found:-http://deb.debian.org/debian}"
}

# Two at once would pull the base from under one another. Held to the end of the script.
lock_fresh_folder() {
    mkdir -p "$fresh_folder"
    exec {fresh_lock}>"$fresh_folder/lock"
    locks+=("$fresh_lock")
    if ! flock --nonblock "$fresh_lock"; then
        say "Another fresh root is at work here; waiting for it"
        flock "$fresh_lock"
    fi
}

# make_fresh_base RELEASE: sets $base to the root that others are copied from, made where it is missing: half a minute
# to two, 110 MB to download, 400 MB on disk.
make_fresh_base() {
    local release=$1 mirror log
    base="$fresh_folder/$release"
    lock_fresh_folder
    # Made anew when this file, which says what is in it, has changed.
    if cmp -s "$repository/tests/lib/fresh-root.sh" "$base/srv/made-by"; then
        return
    fi
    mirror=$(debian_mirror)
    log="$fresh_folder/$release.log"
    say "Making a bare Debian ($release) in $base: 110 MB to download, 400 MB on disk"
    rm -rf --one-file-system "$base"
    mkdir -p "$base"
    if ! {
        # What it mounts goes with its namespace, even if it is killed.
        unshare --mount debootstrap --variant=minbase "$release" "$base" "$mirror" &&
            write_apt_sources "$release" "$mirror" &&
            chroot "$base" apt-get -qq update &&
            chroot "$base" env DEBIAN_FRONTEND=noninteractive apt-get -qq install -y --no-install-recommends \
                ca-certificates git &&
            chroot "$base" useradd --create-home somebody
    } >"$log" 2>&1; then
        tail -n 20 "$log" >&2
        fail "debootstrap could not make a Debian root from $mirror; the whole log is $log"
    fi
    copy_certificates
    rm -rf "$base"/var/lib/apt/lists/* "$base"/var/cache/apt/archives/*.deb
    cp "$repository/tests/lib/fresh-root.sh" "$base/srv/made-by"
}

write_apt_sources() {
    local release=$1 mirror=${2%/}
    printf 'deb %s %s main\n' "$mirror" "$release" "$mirror" "$release-updates" "$mirror-security" "$release-security" \
        >"$base/etc/apt/sources.list"
    # How this machine reaches mirrors, and nothing else of its settings.
    apt-config dump Acquire | grep -iE '^Acquire::https?::(Proxy|CaInfo|CaPath|Verify)' \
        >"$base/etc/apt/apt.conf.d/90this-machine" || true
}

# Mirrors inside a company have certificates that Debian does not know.
copy_certificates() {
    mkdir -p "$base/etc/ssl"
    cp -aL /etc/ssl/certs "$base/etc/ssl/" 2>/dev/null || true
}

# Where a user of the root is at home.
home_of() {
    if [[ $1 == root ]]; then
        printf '/root\n'
    else
        printf '/home/%s\n' "$1"
    fi
}

# Names, certificates and NuGet sources of this machine, as far as it has some of its own.
copy_ways_out() {
    local home=$1 name file
    cp -L /etc/resolv.conf /etc/hosts "$root/etc/" 2>/dev/null || true
    for name in SSL_CERT_FILE CURL_CA_BUNDLE NODE_EXTRA_CA_CERTS; do
        file=${!name:-}
        if [[ -f $file && ! -e $root$file ]]; then
            install -D -m 644 "$file" "$root$file"
        fi
    done
    if [[ -f ${HOME:-}/.nuget/NuGet/NuGet.Config ]]; then
        install -D -m 644 "$HOME/.nuget/NuGet/NuGet.Config" "$root$home/.nuget/NuGet/NuGet.Config"
    fi
}

# new_fresh_root USER: sets $root to a copy of $base with a clean clone of the newest commit in srv/project, and all of
# the clone and of the home folder that user's.
new_fresh_root() {
    local user=$1 home
    home=$(home_of "$user")
    if [[ -n $(git -c safe.directory='*' -C "$repository" status --porcelain 2>/dev/null || true) ]]; then
        say "What is not committed is not in the fresh clone."
    fi
    root=$(mktemp -d "$fresh_folder/root.XXXXXX")
    cp -a --reflink=auto "$base/." "$root/"
    chmod 755 "$root"
    copy_ways_out "$home"
    # Root may clone what belongs to the user who has called sudo.
    printf '[safe]\n    directory = *\n' >"$root/srv/gitconfig"
    GIT_CONFIG_GLOBAL="$root/srv/gitconfig" git clone --quiet --no-hardlinks "$repository" "$root/srv/project"
    chroot "$root" chown -R "$user:" /srv/project "$home"
}

# in_fresh_root USER COMMAND...: in $root, with processes of its own that end with the command, in the clone.
in_fresh_root() {
    local user=$1 name sdk home
    local -a settings=()
    shift
    sdk=$(dirname -- "$(readlink -f -- "$(command -v dotnet)")")
    home=$(home_of "$user")
    for name in "${fresh_passed_on[@]}"; do
        if [[ -n ${!name:-} ]]; then
            settings+=("$name=${!name}")
        fi
    done
    # shellcheck disable=SC2016
    unshare --mount --pid --fork --kill-child bash -c '
        set -euo pipefail
        root=$1 sdk=$2 user=$3
        shift 3
        mkdir -p "$root/usr/share/dotnet"
        ln -sf /usr/share/dotnet/dotnet "$root/usr/bin/dotnet"
        # The SDK and shared memory are of this machine: the first is only read, the second is another one.
        mount --bind "$sdk" "$root/usr/share/dotnet"
        mount -o remount,bind,ro "$root/usr/share/dotnet"
        mount -t proc proc "$root/proc"
        mount --rbind /dev "$root/dev"
        mount -t tmpfs tmpfs "$root/dev/shm"
        mount --rbind /sys "$root/sys"
        mount -t tmpfs tmpfs "$root/run"
        exec chroot "$root" setpriv --reuid "$user" --regid "$user" --init-groups env --ignore-environment "$@"
    ' fresh "$root" "$sdk" "$user" HOME="$home" USER="$user" LOGNAME="$user" TERM="${TERM:-dumb}" \
        PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin "${settings[@]}" \
        bash -c 'cd /srv/project && "$@"' fresh "$@"
}

remove_fresh_root() {
    if [[ -n ${root:-} ]]; then
        rm -rf --one-file-system "$root"
    fi
}
