# shellcheck shell=bash
# apt-get, apt-cache and dpkg-query as programs that install nothing and answer as Debian 12's do: with the same exit
# codes and the same words. Sourced after check.sh; needs its $scratch.
#
#   $apt/mirror     packages that the mirror has          $apt/lists      packages that the lists know
#   $apt/installed  packages that are installed           $apt/calls      what apt-get was called with, a line a call
#   $apt/offline    there: no mirror answers              $apt/stale      there: the lists name files that are gone
#   $apt/locked     how many calls find a lock taken      $apt/interrupted  there: dpkg was interrupted

apt="$scratch/pretended/apt"
mkdir -p "$apt"

# pretend_apt KNOWN AVAILABLE: a machine whose lists know the first and whose mirror has the second, nothing installed.
pretend_apt() {
    rm -rf "${apt:?}"/*
    tr ' ' '\n' <<<"$1" >"$apt/lists"
    tr ' ' '\n' <<<"$2" >"$apt/mirror"
    : >"$apt/installed"
    : >"$apt/calls"
    printf '0\n' >"$apt/locked"
}

cat >"$scratch/pretended/dpkg-query" <<'PROGRAM'
#!/bin/bash
grep -qxF -- "${!#}" "${0%/*}/apt/installed" && printf installed
PROGRAM

cat >"$scratch/pretended/apt-cache" <<'PROGRAM'
#!/bin/bash
apt=${0%/*}/apt
[[ $1 == show ]] || exit 64
shift
for package; do
    if [[ $package == -* ]]; then continue; fi
    # An unknown name is a pattern: g++ is one g and more, anywhere in a name.
    shown=$package
    if ! grep -qxF -- "$package" "$apt/lists"; then shown=$(grep -E -m 1 -- "$package" "$apt/lists"); fi
    if [[ -z $shown ]]; then continue; fi
    printf 'Package: %s\nInstalled-Size: 4000\nSize: 1000000\n\n' "$shown"
    found=yes
done
if [[ ${found:-no} == no ]]; then echo "E: No packages found" >&2; exit 100; fi
PROGRAM

cat >"$scratch/pretended/apt-get" <<'PROGRAM'
#!/bin/bash
apt=${0%/*}/apt
printf 'apt-get %s\n' "$*" >>"$apt/calls"
verb= fd= simulated=no locks=yes packages=()
while (($# > 0)); do
    case $1 in
        -o) shift; case $1 in APT::Status-Fd=*) fd=${1#*=} ;; Debug::NoLocking=true) locks=no ;; esac ;;
        --simulate) simulated=yes ;;
        -*) ;;
        *) if [[ -z $verb ]]; then verb=$1; else packages+=("$1"); fi ;;
    esac
    shift
done
locked=$(<"$apt/locked")
if [[ $locks == yes ]] && ((locked > 0)); then
    echo $((locked - 1)) >"$apt/locked"
    file=/var/lib/dpkg/lock-frontend
    [[ $verb == install ]] || file=/var/lib/apt/lists/lock
    echo "E: Could not get lock $file. It is held by process 136 (unattended-upgr)" >&2
    exit 100
fi
case $verb in
    update)
        if [[ -e $apt/offline ]]; then
            echo "W: Failed to fetch http://mirror/debian/dists/bookworm/InRelease  Could not connect to mirror:80" >&2
            echo "W: Some index files failed to download. They have been ignored, or old ones used instead." >&2
            exit 0
        fi
        cp "$apt/mirror" "$apt/lists"
        rm -f "$apt/stale"
        ;;
    install)
        if [[ -e $apt/interrupted && $simulated == no ]]; then
            echo "E: dpkg was interrupted, you must manually run 'dpkg --configure -a' to correct the problem." >&2
            exit 100
        fi
        known=()
        for package in "${packages[@]}"; do
            if grep -qxF -- "$package" "$apt/lists"; then
                known+=("$package")
            elif ! grep -qE -- "$package" "$apt/lists"; then
                echo "E: Unable to locate package $package" >&2
                exit 100
            fi
        done
        # What is there only as a pattern is taken for installed, and nothing is done.
        packages=("${known[@]}")
        ((${#packages[@]} > 0)) || exit 0
        if [[ $simulated == yes ]]; then
            printf 'Inst %s (1 Debian:12/stable [amd64])\n' "${packages[@]}"
            exit 0
        fi
        if [[ -e $apt/stale || -e $apt/offline ]]; then
            echo "E: Failed to fetch http://mirror/debian/pool/main/${packages[0]}_1_amd64.deb  404  Not Found" >&2
            echo "E: Unable to fetch some archives, maybe run apt-get update or try with --fix-missing?" >&2
            exit 100
        fi
        echo "Selecting previously unselected package ${packages[0]}."
        if [[ -n $fd ]]; then
            printf 'dlstatus:1:%s:Retrieving file\n' 3.1 55.2 100 >&"$fd"
            printf 'pmstatus:libone:%s:Unpacking libone (amd64)\n' 2.5 51.1 99.9 >&"$fd"
        fi
        printf '%s\n' "${packages[@]}" >>"$apt/installed"
        ;;
    *) exit 64 ;;
esac
PROGRAM
cat >"$scratch/pretended/dpkg" <<'PROGRAM'
#!/bin/bash
apt=${0%/*}/apt
printf 'dpkg %s\n' "$*" >>"$apt/calls"
[[ $* == '--configure -a' ]] || exit 64
rm -f "$apt/interrupted"
PROGRAM
chmod +x "$scratch/pretended/"{dpkg,dpkg-query,apt-cache,apt-get}
