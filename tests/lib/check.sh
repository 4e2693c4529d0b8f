# shellcheck shell=bash
# What the tests of the scripts are written in. Sourced after script.sh: check NAME COMMAND..., and finish at the end.

failures=0
# Tests ask with commands that may fail, in $(...) above all; of those the script's trap says nothing.
set +o errtrace
scratch=$(mktemp -d)
# A space, because checkouts lie in folders with spaces too.
scratch="$scratch/a b"
mkdir -p "$scratch"
trap 'rm -rf "$(dirname -- "$scratch")"' EXIT

# Runs a command that is true if the test passes.
check() {
    local name=$1
    shift
    if "$@"; then
        printf 'ok %s\n' "$name"
    else
        printf 'not ok %s\n' "$name"
        show_last_run
        failures=$((failures + 1))
    fi
}

show_last_run() {
    sed 's/^/    | /' "$scratch/stdout" "$scratch/stderr" 2>/dev/null || true
    printf '    | exit code %s\n' "${status:-none}"
}

# Runs a command in a shell of its own and keeps $scratch/stdout, $scratch/stderr and $status. Behind `||` bash would
# forget -e in all that the command calls, and test something that no script does.
run() {
    set +e
    trap - ERR
    (
        set -e
        "$@"
    ) >"$scratch/stdout" 2>"$scratch/stderr"
    status=$?
    set -e
    watch_for_failures
}

# The same for a function of launch/lib, as in a script that sources it: with the trap that names what failed.
run_as_script() {
    run as_script "$@"
}

as_script() {
    set -o errtrace
    watch_for_failures
    "$@"
}

exit_code_is() {
    [[ $status == "$1" ]]
}

stdout_is() {
    [[ $(<"$scratch/stdout") == "$1" ]]
}

stderr_has() {
    grep -qF -- "$1" "$scratch/stderr"
}

stderr_ends_with() {
    [[ $(tail -n "$(wc -l <<<"$1")" "$scratch/stderr") == "$1" ]]
}

finish() {
    if ((failures > 0)); then
        exit 1
    fi
}
