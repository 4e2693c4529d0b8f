# shellcheck shell=bash
# Debian packages: which are missing, and how they come. Sourced; needs say.sh.

# What building and running the tool takes. libtorch runs without libopenblas0-pthread too, on a reference BLAS that is
# forty times slower, so it is no option. TorchSharp's packages (src/substitutes) bring a libtorch of their own.
# shellcheck disable=SC2034
tool_packages=(libopenblas0-pthread libopenmpi-dev openmpi-bin libsentencepiece-dev cmake make g++)
if [[ ${TensorLibrary:-System} == System ]]; then
    tool_packages=(libtorch-dev "${tool_packages[@]}")
fi

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

# True where apt already knows every package; then its lists need no update.
apt_knows() {
    local package
    for package in "$@"; do
        if ! apt-cache show "$package" >/dev/null 2>&1; then
            return 1
        fi
    done
}

# apt's own sentence on what an installation would fetch and fill, empty where its lists do not know the packages yet.
# NoLocking lets an ordinary user ask too.
installation_size() {
    LC_ALL=C apt-get -o Debug::NoLocking=true install --no-install-recommends --assume-no "$@" 2>/dev/null |
        awk '/^Need to get/ { sub(/^Need to get /, ""); sub(/ of archives.*/, ""); get = $0 }
             /^After this operation, .* will be used/ { use = $4 " " $5 }
             END { if (get != "") printf "%s to download, %s on disk", get, use }'
}

install_packages() {
    local -a quiet=(-o Dpkg::Use-Pty=0 -qq) install
    if ! apt_knows "$@"; then
        as_root apt-get "${quiet[@]}" update
    fi
    install=(env DEBIAN_FRONTEND=noninteractive apt-get "${quiet[@]}" install -y --no-install-recommends "$@")
    if ! as_root "${install[@]}" >/dev/null; then
        # Lists that are older than the mirror name files that are gone.
        as_root apt-get "${quiet[@]}" update
        as_root "${install[@]}" >/dev/null
    fi
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
