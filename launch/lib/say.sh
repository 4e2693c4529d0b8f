# shellcheck shell=bash
# What every script says, and how it ends. Sourced, never run.

# Scripts write progress to stderr where their stdout is another program's, and never more than a sentence a step.
say() {
    printf '%s\n' "$*"
}

# Ends with exit code 2: the user can mend this. Says who speaks, because launchers start one another.
fail() {
    printf '%s: %s\n' "${script_name:-minicpm}" "$1" >&2
    shift
    if (($# > 0)); then
        printf '    %s\n' "$@" >&2
    fi
    exit 2
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
