#!/usr/bin/env bash
# The README's first command, and the set-up and the fast part of its second, in a Debian 12 that has nothing but git
# and the .NET SDK. Called by `tests/run fresh`;
# prints "ok NAME", "not ok NAME" and "skip NAME: REASON" lines.
set -euo pipefail
script_name=tests/lib/fresh-checks.sh
# shellcheck source=SCRIPTDIR/../../launch/lib/script.sh
source "$(dirname -- "$(readlink -f -- "${BASH_SOURCE[0]}")")/../../launch/lib/script.sh"
# shellcheck source=SCRIPTDIR/../../launch/lib/sdk.sh
source "$launch/lib/sdk.sh"
# shellcheck source=SCRIPTDIR/../../launch/lib/packages.sh
source "$launch/lib/packages.sh"
# shellcheck source=SCRIPTDIR/fresh-root.sh
source "$repository/tests/lib/fresh-root.sh"
# shellcheck source=SCRIPTDIR/check.sh
source "$repository/tests/lib/check.sh"

release=bookworm

# call FUNCTION WORD...: a function of launch/lib in the root.
call() {
    # shellcheck disable=SC2016
    in_fresh_root root bash -c '
        set -euo pipefail
        script_name="a test"
        source launch/lib/script.sh
        source launch/lib/packages.sh
        "$@"' call "$@"
}

# hold_lock FILE: takes apt's kind of lock in the root, as long as the file held is there.
hold_lock() {
    # shellcheck disable=SC2016
    in_fresh_root root perl -e '
        use Fcntl;
        open(my $file, ">", $ARGV[0]) or die;
        my $all_of_it = pack("s s l! l! i", F_WRLCK, 0, 0, 0, 0);
        fcntl($file, F_SETLK, $all_of_it) or die;
        open(my $held, ">", "/srv/held") or die;
        while (-e "/srv/held") { select(undef, undef, undef, 0.1) }' "$1" &
    until [[ -e $root/srv/held ]]; do
        kill -0 $! 2>/dev/null || fail "perl took no lock in the root"
        sleep 0.1
    done
}

# Real apt, in the states that the pretended one of tests/scripts/setup.sh has.
check_apt() {
    local mirror="$root/etc/apt/sources.list"
    cp "$mirror" "$mirror.kept"
    printf 'deb http://127.0.0.1:9/debian %s main\n' "$release" >"$mirror"
    run call require_packages make
    check "A mirror that does not answer is a user fault" exit_code_is 2
    check "It is told in apt's words" stderr_has "W: Failed to fetch http://127.0.0.1:9/debian"
    mv "$mirror.kept" "$mirror"

    hold_lock /var/lib/apt/lists/lock
    (sleep 5 && rm "$root/srv/held") &
    run call require_packages make
    check "While another apt works, an installation waits, and then installs" exit_code_is 0
    check "It says for whom it waits" grep -q 'Another apt is at work here.*held by process' "$scratch/stdout"
    wait

    run call require_packages no-such-package
    check "A package that Debian does not have is a user fault" exit_code_is 2
    check "The package is named" stderr_has "E: Unable to locate package no-such-package"

    # apt-get with --assume-no installs without a question what needs no other package.
    run call installation_size patch
    check "What an installation takes is told" grep -qE '^[0-9]+ MB to download, [0-9]+ MB on disk$' "$scratch/stdout"
    run call package_is_installed patch
    check "Asking for it installs nothing" exit_code_is 1

    # As dpkg leaves it when it is killed.
    touch "$root/var/lib/dpkg/updates/0001"
    run call require_packages patch
    check "What an interrupted dpkg has left is finished, and the installation done" \
        grep -q 'An earlier installation was cut short' "$scratch/stdout"
    run call package_is_installed patch
    check "The package is there then" exit_code_is 0
}

# A user who may not install gets the command for whoever may, and needs nobody after that.
check_user() {
    local command
    run in_fresh_root somebody launch/quickstart
    check "A user who may not install gets exit code 2" exit_code_is 2
    command=$(sed -n 's/^ *\(apt-get update && apt-get install .*\)/\1/p' "$scratch/stderr")
    check "With the one command for an administrator" test "$(wc -l <<<"$command")-${command:0:7}" = 1-apt-get
    run in_fresh_root root bash -c "$command"
    check "The administrator's command works as it stands" exit_code_is 0
    run in_fresh_root somebody launch/quickstart
    check "Then the quickstart needs no rights" exit_code_is 0
    check "It ends with what the decay is worth" grep -q 'the decay is worth' "$scratch/stdout"
}

check_root() {
    run in_fresh_root root launch/quickstart
    check "launch/quickstart works where nothing is installed" exit_code_is 0
    check "It says what it takes before it takes it" \
        grep -qE '^    Debian packages +.*[0-9]+ MB to download, [0-9]+ MB on disk' "$scratch/stdout"
    check "It trains and decays" grep -q 'the decay is worth' "$scratch/stdout"
    # A part of a few seconds, for which all packages are installed and everything is built.
    run in_fresh_root root tests/run MiniCpmDist.Native.Tests
    check "All that tests/run takes is installed there, and all of it is built" exit_code_is 0
    run in_fresh_root root tests/run fast
    check "tests/run fast works there" exit_code_is 0
    check "Its last line counts" grep -qE '^[0-9]+ passed, 0 failed$' <(tail -n 1 "$scratch/stdout")
}

in_new_root() {
    new_fresh_root "$1"
    shift
    "$@"
    remove_fresh_root
}

reason=$(why_no_fresh_root)
if [[ -n $reason ]]; then
    printf 'skip The two commands on a machine that has nothing: %s\n' "$reason"
    exit 0
fi
require_fresh_root "$release" root
make_fresh_base "$release"
# After the folder of scratch, which check.sh removes.
trap 'remove_fresh_root; rm -rf "$(dirname -- "$scratch")"' EXIT
in_new_root root check_apt
in_new_root somebody check_user
in_new_root root check_root
finish
