# shellcheck shell=bash
# Sourced; needs script.sh.

# Every script that is run by its name, as a path below the repository: executable, and of bash.
entry_scripts() {
    (cd "$repository" && find .ci k8s launch src tests -type f -perm /u+x | sort | while IFS= read -r file; do
        if [[ $(head -n 1 "$file") == '#!/usr/bin/env bash' ]]; then
            printf '%s\n' "$file"
        fi
    done)
}
