# shellcheck shell=bash
# The .NET SDK: found, or asked for in one sentence. Sourced; needs script.sh and $repository.

# Where installers put the SDK without putting it into PATH.
dotnet_places() {
    printf '%s\n' "${DOTNET_ROOT:-}" "${HOME:-}/.dotnet" /usr/share/dotnet /usr/lib/dotnet /usr/local/share/dotnet
}

find_dotnet() {
    local place
    if ! command -v dotnet >/dev/null; then
        while IFS= read -r place; do
            if [[ -n $place && -x $place/dotnet ]]; then
                export PATH="$PATH:$place"
                break
            fi
        done < <(dotnet_places)
    fi
    command -v dotnet >/dev/null
}

# dotnet and NuGet insist on a home folder to write to; service accounts have none.
give_dotnet_a_home() {
    export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1 DOTNET_SKIP_FIRST_TIME_EXPERIENCE=1
    # The SDK ends at once where Debian's ICU is missing, which nothing here needs.
    export DOTNET_SYSTEM_GLOBALIZATION_INVARIANT=1
    # A build's helpers would outlive it by a quarter of an hour, with whatever lock or folder they hold.
    export MSBUILDDISABLENODEREUSE=1
    # The terminal logger redraws lines, which logs and the tests' output cannot use.
    export MSBUILDTERMINALLOGGER=off
    if [[ -z ${HOME:-} || ! -d ${HOME:-} || ! -w ${HOME:-} ]]; then
        export HOME="$repository/.cache/home"
        require_writable "$repository" "$repository/.cache" "$HOME"
        mkdir -p "$HOME"
    fi
}

require_sdk() {
    local get="https://dotnet.microsoft.com/download/dotnet/10.0" found said
    local installer="curl -sSL https://dot.net/v1/dotnet-install.sh | bash -s -- --channel 10.0"
    # MSBuild takes one in a path for the end of a name.
    if [[ $repository == *\'* ]]; then
        fail "expected a path without an apostrophe, found $repository: move the checkout elsewhere"
    fi
    if ! find_dotnet; then
        fail "the .NET 10 SDK is needed and no dotnet was found: install it from $get, or type: $installer"
    fi
    give_dotnet_a_home
    # global.json decides which SDKs will do: ask dotnet itself rather than compare versions here.
    if ! said=$(cd "$repository" && dotnet --version 2>&1 >/dev/null); then
        found=$(dotnet --list-sdks 2>/dev/null | awk '{ printf "%s%s", sep, $1; sep = ", " }' || true)
        found=${found:-no SDK at all}
        if [[ $found == *10.* ]]; then
            fail "the .NET SDK ($found) does not start. It says: ${said%%$'\n'*}"
        fi
        fail "the .NET 10 SDK is needed and dotnet has $found: install it from $get, or type: $installer"
    fi
}
