#!/usr/bin/env bash
# launch/quickstart: what it announces before anything is built, and that the tool does the rest. What stands in single
# quotes is for pretended programs to expand.
# shellcheck disable=SC2016
set -euo pipefail
# shellcheck source=SCRIPTDIR/../../launch/lib/script.sh
source "$(dirname -- "$(readlink -f -- "${BASH_SOURCE[0]}")")/../../launch/lib/script.sh"
# shellcheck source=SCRIPTDIR/../lib/check.sh
source "$repository/tests/lib/check.sh"

# shellcheck source=SCRIPTDIR/../lib/pretended-clone.sh
source "$repository/tests/lib/pretended-clone.sh"
# The tool, which says where it stands, and can be interrupted.
pretend "$clone/launch/minicpm" 'echo "minicpm $* in $PWD" >>"$calls"
    if [[ -e $calls.interrupt ]]; then echo "minicpm: error: rank 0: interrupted" >&2; exit 75; fi'

quickstart() (
    : >"$calls"
    cd /
    PATH="$pretended:$PATH" "$clone/launch/quickstart" "$@" </dev/null
)

run quickstart
check "Size and free disk come first" test "$(head -n 1 "$scratch/stdout" | grep -c 'what it takes')" = 1
check "What the data will take is said before anything is built" \
    grep -qE '^    data, training +about [0-9]+ MB to download, 235.0 MB on disk' "$scratch/stdout"
check "It builds the tool, which does the rest in the checkout" \
    test "$(<"$calls")" = "build
minicpm quickstart in $clone"
run quickstart
check "What is built is not announced again" test -z "$(<"$scratch/stdout")"
check "It is not built again either" test "$(<"$calls")" = "minicpm quickstart in $clone"
touch "$calls.interrupt"
run quickstart
check "Its exit code is the tool's" exit_code_is 75
check "The cause of a failed training is the last thing on the screen" \
    stderr_ends_with "minicpm: error: rank 0: interrupted"
run quickstart --fast
check "Arguments are refused" exit_code_is 2

finish
