# shellcheck shell=bash
# Fetches Debian packages and takes the text files out of them: documentation, source code. Sourced; needs script.sh.
#
# The packages are unpacked here, not installed: slim images tell dpkg to drop /usr/share/doc, and an ordinary user may
# not install. apt-get download needs no rights and checks the archive's signatures all the same.

# The source list without comments: "PACKAGE PATTERN...", a package a line. Where releases of Debian have different
# ones, PACKAGE is ONE|OTHER, and the first that there is counts.
sources_of() {
    sed -e 's/#.*//' -e '/^[[:space:]]*$/d' "$1"
}

# with_lists STATE COMMAND...: apt with its usual package lists where STATE is empty; else with lists of our own in that
# folder, for machines whose lists are missing or older than the mirror, and no root to update them.
with_lists() {
    local state=$1
    shift
    if [[ -z $state ]]; then
        "$@"
    else
        mkdir -p "$state/lists/partial" "$state/archives/partial"
        "$@" -o "Dir::State::lists=$state/lists" -o "Dir::Cache=$state" -o "Dir::Cache::archives=$state/archives"
    fi
}

# try_download STATE ONE|OTHER...: of each the first that the lists know, into the current folder. Fails, with apt's
# words in $download_said, unless all are there then. Two calls for all, because apt reads its lists anew in every call.
try_download() {
    local state=$1 known package name
    local -a get=(apt-get -qq -o APT::Sandbox::User=root download) alternatives chosen=() unknown=()
    shift
    IFS='| ' read -r -a alternatives <<<"$*"
    known=$(with_lists "$state" apt-cache show --no-all-versions "${alternatives[@]}" 2>/dev/null |
        awk '/^Package:/ { print $2 }' || true)
    for package in "$@"; do
        name=$(tr '|' '\n' <<<"$package" | awk -v known="$known" '
            BEGIN { count = split(known, names, "\n"); for (i = 1; i <= count; i++) is_known[names[i]] = 1 }
            $0 in is_known { print; exit }')
        if [[ -n $name ]]; then
            chosen+=("$name")
        else
            unknown+=("$package")
        fi
    done
    download_said=${unknown[*]:+"apt's lists have no ${unknown[*]}"}
    # As root apt would hand over to its user _apt, who may not write here, and complain: hence the sandbox's user.
    if ((${#chosen[@]} == 0)) || ! download_said+=$(with_lists "$state" "${get[@]}" "${chosen[@]}" 2>&1); then
        return 1
    fi
    ((${#unknown[@]} == 0))
}

# Downloads packages into the current folder, as many as the mirror has.
download_packages() {
    local state=$1 updated
    shift
    if try_download "" "$@"; then
        return
    fi
    say "    apt's package lists do not serve; fetching fresh ones for this only"
    updated=$(with_lists "$state" apt-get -qq -o APT::Sandbox::User=root update 2>&1 || true)
    if ! try_download "$state" "$@"; then
        say "    apt did not give all packages; going on with those that are there"
        printf '%s\n' "$updated" "$download_said" | sed -e '/^$/d' -e 's/^/        /' | awk 'NR <= 8'
    fi
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
    local list=$1 work=$2 target=$3 least=$4 names name patterns
    local -a words packages files
    rm -rf "$work" "$target.partial"
    mkdir -p "$work" "$target.partial"
    mapfile -t packages < <(sources_of "$list" | awk '{ print $1 }')
    (cd "$work" && download_packages "$work/apt" "${packages[@]}")
    while read -r names patterns; do
        # As an array without globbing: the patterns mean files in the package, not files here.
        read -r -a words <<<"$patterns"
        for name in ${names//|/ }; do
            files=("$work/$name"_*.deb)
            if [[ -e ${files[0]} ]]; then
                dpkg-deb -x "${files[0]}" "$work/unpacked"
                take_texts "$work/unpacked" "$target.partial/$name" "${words[@]}"
                say "    $name: $(megabytes "$(folder_bytes "$target.partial/$name")")"
                rm -rf "$work/unpacked"
                break
            fi
        done
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
