# shellcheck shell=bash
# Debian packages: which are missing, and how they come. Sourced; needs script.sh.

# What building and running the tool takes beside NuGet's packages, which bring libtorch.
# shellcheck disable=SC2034
tool_packages=(libopenmpi-dev openmpi-bin libsentencepiece-dev cmake make g++)

package_is_installed() {
    [[ $(dpkg-query -W -f '${db:Status-Status}' "$1" 2>/dev/null) == installed ]]
}

missing_packages() {
    local package
    for package in "$@"; do
        if ! package_is_installed "$package"; then
            printf '%s\n' "$package"
        fi
    done
}

# How this user may become root: nothing to put in front for root itself, sudo where it works, else failure.
# Asks for a password only where somebody is there to type it.
root_prefix() {
    if [[ $(id -u) == 0 ]]; then
        printf ''
    elif command -v sudo >/dev/null && { sudo -n true 2>/dev/null || [[ -t 0 && -t 2 ]]; }; then
        printf 'sudo'
    else
        return 1
    fi
}

as_root() {
    local prefix
    prefix=$(root_prefix)
    ${prefix:+"$prefix"} "$@"
}

# True where apt already knows every package; then its lists need no update. By their names: of a package that apt does
# not know it takes the name for a pattern, and g++ matches what is not g++.
apt_knows() {
    local known package
    known=$(apt-cache show --no-all-versions "$@" 2>/dev/null | awk '/^Package:/ { print $2 }' || true)
    for package in "$@"; do
        if ! grep -qxF -- "$package" <<<"$known"; then
            return 1
        fi
    done
}

# What an installation would fetch and fill; empty where apt's lists do not know the packages yet. Simulated, because
# with --assume-no apt-get installs without a question what needs nothing else. NoLocking lets an ordinary user ask.
installation_size() {
    local -a names
    mapfile -t names < <(apt-get -o Debug::NoLocking=true --simulate install --no-install-recommends "$@" 2>/dev/null |
        awk '/^Inst / { print $2 }' || true)
    if ((${#names[@]} > 0)); then
        apt-cache show --no-all-versions "${names[@]}" |
            awk '/^Size:/ { get += $2 } /^Installed-Size:/ { use += $2 }
                 END { printf "%.0f MB to download, %.0f MB on disk", get / 1e6, use * 1024 / 1e6 }'
    fi
}

# Reads what apt-get writes: a line for every quarter of its progress goes to the screen, the rest to stdout.
tell_progress() {
    local screen=$1 line phase last='' quarter
    while IFS= read -r line; do
        if [[ ! $line =~ ^(dl|pm)status:[^:]*:([0-9]+) ]]; then
            printf '%s\n' "$line"
            continue
        fi
        phase=installed
        if [[ ${BASH_REMATCH[1]} == dl ]]; then
            phase=downloaded
        fi
        quarter="$((BASH_REMATCH[2] / 25 * 25)) % $phase"
        if [[ $quarter != "$last" && $quarter != 0* ]]; then
            printf '    %s\n' "$quarter" >&"$screen"
        fi
        last=$quarter
    done
}

# run_apt WORD...: apt-get as root, whose words are in $apt_said afterwards. Waits while another apt is at work, as one
# is on machines that have just been started; apt-get itself waits for one of its two locks only. Finishes what an
# interrupted one has left. Archives go when their packages are installed.
run_apt() {
    local status screen deadline=$((SECONDS + ${MINICPM_APT_PATIENCE:-600})) waits=no finished=no
    local -a command=(env DEBIAN_FRONTEND=noninteractive LC_ALL=C apt-get -qq -o Dpkg::Use-Pty=0
        -o APT::Keep-Downloaded-Packages=false)
    if [[ $1 == install ]]; then
        # Progress has a descriptor of its own, because maintainer scripts need stdout. sudo closes what it inherits, so
        # the descriptor is opened after sudo.
        # shellcheck disable=SC2016
        command=(bash -c 'exec "$@" 3>&1' apt "${command[@]}" -o APT::Status-Fd=3)
    fi
    exec {screen}>&1
    while true; do
        status=0
        apt_said=$(drop_locks && as_root "${command[@]}" "$@" 2>&1 </dev/null | tell_progress "$screen") || status=$?
        if [[ $apt_said == *'dpkg was interrupted'* && $finished == no ]]; then
            finished=yes
            say "    An earlier installation was cut short; finishing it"
            as_root dpkg --configure -a >/dev/null 2>&1 </dev/null || true
            continue
        fi
        if ((status == 0)) || [[ $apt_said != *'Could not get lock'* ]]; then
            break
        elif ((SECONDS >= deadline)); then
            fail "another apt has not ended within ${MINICPM_APT_PATIENCE:-600} seconds. apt-get says:" \
                "$(apt_complaints)"
        elif [[ $waits == no ]]; then
            waits=yes
            say "    Another apt is at work here; waiting for it. $(apt_complaints 1)"
        fi
        sleep 2
    done
    exec {screen}>&-
    return "$status"
}

# apt_complaints [MOST]: the errors and warnings in what apt-get said, each once.
apt_complaints() {
    awk -v most="${1:-8}" '/^(E|W|dpkg):/ && !seen[$0]++ && count++ < most' <<<"${apt_said:-}"
}

install_packages() {
    local -a install=(install -y --no-install-recommends "$@")
    local update_said
    if apt_knows "$@" && run_apt "${install[@]}" && [[ -z $(missing_packages "$@") ]]; then
        return
    fi
    # Lists that lack a package, or are older than the mirror and name files that are gone. An update may end with 0
    # and have fetched nothing, or fail for a source that has nothing to do with us: what counts is the installation.
    run_apt update || true
    update_said=$(apt_complaints)
    if ! run_apt "${install[@]}" || [[ -n $(missing_packages "$@") ]]; then
        fail_to_install "$update_said" "$@"
    fi
}

# fail_to_install UPDATE_SAID PACKAGE...: in apt's own words, and what we know besides.
fail_to_install() {
    local update_said=$1 said system
    shift
    said=$(apt_complaints)
    said=${said:-"nothing, and these are still missing: $(missing_packages "$@" | tr '\n' ' ')"}
    system=$(system_name)
    if [[ $system == 'Debian GNU/Linux 1'[23]* ]]; then
        system=''
    fi
    fail "apt-get cannot install $# Debian packages ($*). It says:" "$update_said" "$said" \
        "${system:+"expected: Debian 12 or 13; found: $system"}" \
        "to see all of it, type as root: apt-get update; apt-get install --no-install-recommends $*"
}

system_name() {
    (. /etc/os-release && printf '%s\n' "$PRETTY_NAME") 2>/dev/null || printf 'an unknown system\n'
}

# Sees to it that all of them are there, or ends with the one command to ask an administrator for.
require_packages() {
    local -a missing
    if ! command -v dpkg-query >/dev/null || ! command -v apt-get >/dev/null; then
        say "This is not a Debian: make sure that it has what these packages hold: $*"
        return
    fi
    mapfile -t missing < <(missing_packages "$@")
    if ((${#missing[@]} == 0)); then
        return
    fi
    if ! root_prefix >/dev/null; then
        fail "${#missing[@]} Debian packages are missing, and installing them takes an administrator. Ask for:" \
            "apt-get update && apt-get install --yes --no-install-recommends ${missing[*]}"
    fi
    say "Installing Debian packages: ${missing[*]}"
    install_packages "${missing[@]}"
}
