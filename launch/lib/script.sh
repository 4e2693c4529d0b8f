# shellcheck shell=bash
# What every script begins with: where it is, what it says, how it ends. Sourced, never run.
#
# No script ends with an exit code other than 0 and without words. A failure that is expected is handled where it
# happens; for every other one the trap below names the command, its exit code and its line. Programs that speak for
# themselves, our own above all, are followed by `|| exit`: then their words are the last ones.

# Bash forgets -e inside $(...) unless it is told to keep it.
shopt -s inherit_errexit
set -o errtrace
watch_for_failures() {
    trap 'tell_failure "${PIPESTATUS[*]}" $? "$BASH_COMMAND" "${BASH_SOURCE[0]:-$0}" "$LINENO"' ERR
}
watch_for_failures

launch=$(dirname -- "$(dirname -- "$(readlink -f -- "${BASH_SOURCE[0]}")")")
# Of a checkout, or the folder that launch/install has copied this one into.
# shellcheck disable=SC2034
repository=$(dirname -- "$launch")

# Scripts write progress to stderr where their stdout is another program's, and never more than a sentence a step.
say() {
    printf '%s\n' "$*"
}

# Ends with exit code 2: the user can put this right. Says who speaks, because launchers start one another.
fail() {
    printf '%s: %s\n' "${script_name:-minicpm}" "$1" >&2
    shift
    if (($# > 0)); then
        # Some callers have several lines in one, or none.
        printf '%s\n' "$@" | sed -e '/^$/d' -e 's/^/    /' >&2
    fi
    exit 2
}

# tell_failure CODES CODE COMMAND FILE LINE: a failure that nobody expected, in one sentence. Of a command of several
# lines only the first is told.
tell_failure() {
    local codes=$1 code=$2 command=${3%%$'\n'*} file=${4#"${repository:-}/"} line=$5 end="failed with exit code $2"
    if [[ $codes == *' '* ]]; then
        end="is the last command of a pipeline that failed with exit codes $codes"
    elif ((code > 128)) && kill -l $((code - 128)) >/dev/null 2>&1; then
        end="was ended by SIG$(kill -l $((code - 128)))"
    fi
    # shellcheck disable=SC2016
    printf '%s: `%s` %s (%s, line %s)\n' "${script_name:-minicpm}" "$command" "$end" "$file" "$line" >&2
}

# The descriptors of locks that this script holds. What it starts inherits them, and would hold them longer than the
# script where it outlives it: apt does.
locks=()
drop_locks() {
    local lock
    for lock in "${locks[@]}"; do
        exec {lock}>&-
    done
}

# 1234567 -> "1.2 MB"
megabytes() {
    awk -v bytes="$1" 'BEGIN { if (bytes >= 1e9) printf "%.1f GB", bytes / 1e9; else printf "%.1f MB", bytes / 1e6 }'
}

# Free bytes where the given folder is, or will be once it is made.
free_bytes() {
    local folder=$1
    while [[ ! -e $folder ]]; do
        folder=$(dirname "$folder")
    done
    df --output=avail -B1 "$folder" | tail -n 1 | tr -d ' '
}

# require_writable FOLDER...: those that there are can be written, or who owns them is told.
require_writable() {
    local folder owner
    for folder in "$@"; do
        if [[ -e $folder && ! -w $folder ]]; then
            owner=$(stat -c %U "$folder")
            if [[ $owner == "$(id -un)" || $(id -u) == 0 ]]; then
                fail "$folder cannot be written: its file system is mounted read-only, or its mode forbids it"
            fi
            fail "$folder belongs to $owner and cannot be written" \
                "type, as $owner or root: chown -R $(id -un) ${folder@Q}"
        fi
    done
}
