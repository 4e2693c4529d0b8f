# shellcheck shell=bash
# Fetches Debian packages and takes the text files out of them: documentation, source code. Sourced; needs say.sh.
#
# The packages are unpacked here, not installed: slim images tell dpkg to drop /usr/share/doc, and an ordinary user may
# not install. apt-get download needs no rights and checks the archive's signatures all the same.

# The source list without comments: "PACKAGE PATTERN...", a package a line.
sources_of() {
    sed -e 's/#.*//' -e '/^[[:space:]]*$/d' "$1"
}

# apt with package lists of our own, for machines whose lists are missing or older than the mirror,
# and no root to mend it.
apt_with_own_lists() {
    local state=$1
    shift
    mkdir -p "$state/lists/partial" "$state/archives/partial"
    "$@" -o "Dir::State::lists=$state/lists" -o "Dir::Cache=$state" -o "Dir::Cache::archives=$state/archives"
}

# Downloads packages into the current folder, as many as the mirror has. All in one call first, because apt reads its
# lists anew in every call.
download_packages() {
    local state=$1 package
    shift
    # As root apt would hand over to its user _apt, who may not write here, and complain.
    local -a apt_get=(apt-get -qq -o APT::Sandbox::User=root)
    if "${apt_get[@]}" download "$@" >/dev/null 2>&1; then
        return
    fi
    say "    apt's package lists do not serve; fetching fresh ones for this only"
    apt_with_own_lists "$state" "${apt_get[@]}" update >/dev/null || true
    if apt_with_own_lists "$state" "${apt_get[@]}" download "$@" >/dev/null 2>&1; then
        return
    fi
    for package in "$@"; do
        apt_with_own_lists "$state" "${apt_get[@]}" download "$package" >/dev/null 2>&1 ||
            say "    $package: this mirror does not have it; left out"
    done
}

# Copies the files of an unpacked package that match the patterns, folders included.
# Links are other names of the same text.
take_texts() {
    local root=$1 into=$2 pattern file
    local -a texts=()
    shift 2
    mkdir -p "$into"
    (
        cd "$root" || exit
        for pattern in "$@"; do
            # Unquoted on purpose: here the pattern becomes file names.
            # shellcheck disable=SC2086
            for file in $pattern; do
                if [[ -f $file && ! -L $file ]]; then
                    texts+=("$file")
                fi
            done
        done
        if ((${#texts[@]} > 0)); then
            cp --parents --target-directory="$into" -- "${texts[@]}"
        fi
    )
}

# fetch_texts SOURCE_LIST WORK_FOLDER TARGET LEAST_BYTES: the text files of every package in TARGET/PACKAGE/...
fetch_texts() {
    local list=$1 work=$2 target=$3 least=$4 package patterns
    local -a words packages
    rm -rf "$work" "$target.partial"
    mkdir -p "$work" "$target.partial"
    mapfile -t packages < <(sources_of "$list" | awk '{ print $1 }')
    (cd "$work" && download_packages "$work/apt" "${packages[@]}")
    while read -r package patterns; do
        if ! compgen -G "$work/${package}_*.deb" >/dev/null; then
            continue
        fi
        dpkg-deb -x "$work/$package"_*.deb "$work/unpacked"
        # As an array without globbing: the patterns mean files in the package, not files here.
        read -r -a words <<<"$patterns"
        take_texts "$work/unpacked" "$target.partial/$package" "${words[@]}"
        say "    $package: $(megabytes "$(folder_bytes "$target.partial/$package")")"
        rm -rf "$work/unpacked"
    done < <(sources_of "$list")
    rm -rf "$work"
    require_enough_text "$target.partial" "$least"
    mv "$target.partial" "$target"
}

folder_bytes() {
    if [[ -d $1 ]]; then
        du -sb --apparent-size "$1" | cut -f1
    else
        printf '0\n'
    fi
}

require_enough_text() {
    local bytes amounts
    bytes=$(folder_bytes "$1")
    if ((bytes < $2)); then
        amounts="at least $(megabytes "$2") of text, got $(megabytes "$bytes")"
        fail "expected $amounts: is a Debian mirror reachable? Try: apt-get update"
    fi
}
