#!/usr/bin/env bash
# The set-up that launch/quickstart, launch/minicpm and tests/run share, on machines that lack something.
# What stands in single quotes is for pretended programs to expand, and pretended functions are called by other scripts.
# shellcheck disable=SC2016,SC2317
set -euo pipefail
# shellcheck source=SCRIPTDIR/../../launch/lib/script.sh
source "$(dirname -- "$(readlink -f -- "${BASH_SOURCE[0]}")")/../../launch/lib/script.sh"
here="$repository/tests/scripts"
# shellcheck source=SCRIPTDIR/../lib/check.sh
source "$here/../lib/check.sh"
# shellcheck disable=SC2034
script_name="a test"
# shellcheck source=SCRIPTDIR/../../launch/lib/sdk.sh
source "$repository/launch/lib/sdk.sh"
# shellcheck source=SCRIPTDIR/../../launch/lib/packages.sh
source "$repository/launch/lib/packages.sh"

# A program of this name in front of all others, with these lines as its body.
pretend() {
    mkdir -p "$scratch/pretended"
    printf '#!/bin/bash\n%s\n' "$2" >"$scratch/pretended/$1"
    chmod +x "$scratch/pretended/$1"
}

# A function of launch/lib, as a script calls it, on a machine with the pretended programs.
run_on_pretended_machine() {
    PATH="$scratch/pretended:$PATH" run_as_script "$@"
}

without_dotnet() {
    # No installer's folder holds one either.
    dotnet_places() { :; }
    command() {
        if [[ $2 == dotnet ]]; then return 1; fi
        builtin command "$@"
    }
    require_sdk
}

run_as_script without_dotnet
check "A missing SDK is a user fault" exit_code_is 2
needed='SDK is needed and no dotnet was found: install it from https://'
check "A missing SDK is one sentence with what to install" \
    test "$(grep -c "$needed" "$scratch/stderr")-$(wc -l <"$scratch/stderr")" = 1-1

pretend dotnet 'if [[ $1 == --version ]]; then exit 145; fi; echo "8.0.404 [/usr/share/dotnet/sdk]"'
run_on_pretended_machine require_sdk
check "An SDK that is too old is a user fault" exit_code_is 2
check "An SDK that is too old is named" stderr_has "dotnet has 8.0.404"

pretend dotnet 'case $1 in
        --version) echo "Process terminated. No OpenSSL" >&2; exit 134 ;;
        --list-sdks) echo "10.0.401 [/usr/share/dotnet/sdk]" ;;
    esac'
run_on_pretended_machine require_sdk
check "An SDK that does not start is a user fault" exit_code_is 2
check "It is told in its own words" stderr_has "(10.0.401) does not start. It says: Process terminated. No OpenSSL"

# shellcheck source=SCRIPTDIR/../../launch/lib/build.sh
source "$repository/launch/lib/build.sh"

# A machine that has nothing of what a build takes but what is named here.
build_on_machine_with() {
    local program folder="$scratch/bare"
    rm -rf "$folder"
    mkdir -p "$folder"
    for program in bash "$@"; do
        ln -s "$(type -P "$program")" "$folder/$program"
    done
    # Nothing of it may be reached: the refusal comes before a build, and before a log of one.
    artifacts="$scratch/no such folder"
    PATH="$folder" run_as_script build_under_lock
}

build_on_machine_with cmake make c++ sed
check "A machine without MPI is a user fault" exit_code_is 2
check "It is one sentence with the packages that are missing and what to type" stderr_ends_with "a test: these \
packages are missing: libopenmpi-dev openmpi-bin; type, as root: apt-get update && \
apt-get install --no-install-recommends libopenmpi-dev openmpi-bin"
build_on_machine_with sed
check "All that is missing is told at once" stderr_has "missing: cmake make g++ libopenmpi-dev openmpi-bin; type"

# From here on: apt as it is on Debian.
# shellcheck source=SCRIPTDIR/../lib/pretended-apt.sh
source "$here/../lib/pretended-apt.sh"
pretend sudo 'exit 1'
pretend id 'if [[ $1 == -u ]]; then cat "${0%/*}/user"; else echo somebody; fi'
as_user() {
    printf '%s\n' "$1" >"$scratch/pretended/user"
}

apt_calls() {
    grep -c -- "$1" "$apt/calls" || true
}

as_user 1000
pretend_apt "here removed never" "here removed never"
printf 'here\n' >"$apt/installed"
run_on_pretended_machine missing_packages here removed never
check "Packages that are not installed are missing" stdout_is $'removed\nnever'
run_on_pretended_machine require_packages here removed never </dev/null
check "Missing packages without sudo are a user fault" exit_code_is 2
check "The one command to ask an administrator for is printed" \
    stderr_has "apt-get update && apt-get install --yes --no-install-recommends removed never"
check "What is installed is not asked for" test "$(grep -c 'recommends.* here' "$scratch/stderr")" = 0
run_on_pretended_machine require_packages here </dev/null
check "With everything installed nobody needs to be root" exit_code_is 0

pretend sudo 'if [[ $1 == -n ]]; then exit 0; fi; printf "sudo %s\n" "$*" >>"${0%/*}/apt/calls"; "$@"'
run_on_pretended_machine require_packages never
check "With sudo the packages are installed" test "$status-$(tail -n 1 "$apt/installed")" = 0-never
check "sudo installs only what is missing, and nothing that is only recommended" \
    grep -q '^sudo .*apt-get .*install -y --no-install-recommends never$' "$apt/calls"
check "Lists that know every package are not updated" test "$(apt_calls ' update$')" = 0
check "An installation tells each quarter of its progress once, and nothing else" stdout_is \
    "Installing Debian packages: never
    50 % downloaded
    100 % downloaded
    50 % installed
    75 % installed"

as_user 0
pretend_apt "" "one two"
run_on_pretended_machine installation_size one two
check "Lists that know nothing give no size, and no failure" test "$status-$(wc -c <"$scratch/stdout")" = 0-0
run_on_pretended_machine require_packages one two
check "Lists that lack a package are updated first" \
    test "$status-$(tr '\n' ' ' <"$apt/installed")-$(apt_calls ' update$')" = "0-one two -1"

pretend_apt "one two" "one two"
run_on_pretended_machine installation_size one two
check "What an installation takes is known before it" stdout_is "2 MB to download, 8 MB on disk"
check "Asking for it installs nothing" test ! -s "$apt/installed"

pretend_apt "one" "one"
touch "$apt/stale"
run_on_pretended_machine require_packages one
check "Lists that are older than the mirror are updated, and the installation tried again" \
    test "$status-$(<"$apt/installed")-$(apt_calls ' install ')" = "0-one-2"

pretend_apt "one" "one"
run_on_pretended_machine require_packages one unheard-of
check "A package that the mirror does not have is a user fault" exit_code_is 2
check "It is named, in apt's words" stderr_has "E: Unable to locate package unheard-of"
check "What to type is said" \
    stderr_has "type as root: apt-get update; apt-get install --no-install-recommends one unheard-of"

on_another_system() {
    system_name() { echo "Ubuntu 22.04"; }
    require_packages "$@"
}
run_on_pretended_machine on_another_system unheard-of
check "On another system than Debian 12 and 13 that is said" \
    stderr_has "expected: Debian 12 or 13; found: Ubuntu 22.04"

pretend_apt "libgg" "libgg g++"
run_on_pretended_machine require_packages g++
check "A name that is a pattern for others is no package that apt knows" test "$status-$(<"$apt/installed")" = 0-g++
pretend_apt "libgg" "libgg"
run_on_pretended_machine require_packages g++
check "An installation that ends with 0 and installs nothing has failed" exit_code_is 2
check "What is still missing is said" stderr_has "nothing, and these are still missing: g++"

pretend_apt "one" "one"
touch "$apt/interrupted"
run_on_pretended_machine require_packages one
check "An installation that was cut short is finished first" \
    test "$status-$(<"$apt/installed")-$(apt_calls 'dpkg --configure -a')" = 0-one-1

pretend_apt "" "one"
touch "$apt/offline"
run_on_pretended_machine require_packages one
check "A mirror that does not answer is a user fault, although apt-get update ends with 0" exit_code_is 2
check "apt's warning about it is repeated" stderr_has "Could not connect to mirror:80"

pretend sleep ':'
pretend_apt "" "one"
printf '3\n' >"$apt/locked"
run_on_pretended_machine require_packages one
check "While another apt holds a lock, this one waits" test "$status-$(<"$apt/installed")" = 0-one
check "The one who holds it is named once" \
    test "$(grep -c 'Another apt is at work.*held by process 136 (unattended-upgr)' "$scratch/stdout")" = 1
printf '100000\n' >"$apt/locked"
MINICPM_APT_PATIENCE=0 run_on_pretended_machine require_packages two
check "A lock that is never given back ends the waiting with a user fault" exit_code_is 2
check "Who holds it is said" stderr_has "Could not get lock /var/lib/apt/lists/lock. It is held by process 136"

# shellcheck source=SCRIPTDIR/../lib/fresh-root.sh
source "$here/../lib/fresh-root.sh"
as_user 1000
run_on_pretended_machine why_no_fresh_root
check "Without root there is no fresh root, and a sentence says why" \
    stdout_is "a bare Debian root takes root rights (debootstrap, chroot)"
as_user 0
pretend unshare 'echo "unshare failed: Operation not permitted" >&2; exit 1'
run_on_pretended_machine why_no_fresh_root
check "Where namespaces are not allowed there is none either" \
    stdout_is "this machine allows no mount and process namespaces (unshare --mount --pid)"

mkdir -p "$scratch/it's a clone"
with_apostrophe() {
    repository="$scratch/it's a clone"
    require_sdk
}
run_as_script with_apostrophe
check "A path that MSBuild does not read is a user fault" exit_code_is 2
check "It is said what is wrong with it" stderr_has "expected a path without an apostrophe, found "

# A clone in which nothing is built, entered by one of two ranks.
mkdir -p "$scratch/clone/src"
cp -r "$repository/launch" "$scratch/clone/launch"
OMPI_COMM_WORLD_SIZE=2 run "$scratch/clone/launch/minicpm" --version
check "Several ranks at once do not build" exit_code_is 2
check "Ranks that find nothing built say what to type" stderr_has "clone/launch/minicpm --version"
check "A refused build leaves nothing behind" test ! -e "$scratch/clone/artifacts"

finish
