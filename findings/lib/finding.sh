# shellcheck shell=bash
# What the scripts of findings/ share. Sourced: makes a temporary folder, goes there, and removes it at the end.

finding_lib=$(dirname -- "$(readlink -f -- "${BASH_SOURCE[0]}")")
folder=$(mktemp -d)
trap 'rm -rf --one-file-system "$folder"' EXIT
cd "$folder" || exit
export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1

# project [PACKAGE=VERSION ...]: a C# program over exactly these packages. $properties goes into the project as it is.
project() {
    local package system=""
    # libtorch is native: without a system the program would take the files of all of them.
    if [[ $* == *libtorch-* ]]; then
        system='<RuntimeIdentifier>linux-x64</RuntimeIdentifier><SelfContained>false</SelfContained>'
    fi
    {
        printf '<Project Sdk="Microsoft.NET.Sdk"><PropertyGroup><OutputType>Exe</OutputType>'
        printf '<TargetFramework>net10.0</TargetFramework><ImplicitUsings>enable</ImplicitUsings>'
        printf '%s%s</PropertyGroup><ItemGroup>\n' "$system" "${properties:-}"
        for package in "$@"; do
            printf '<PackageReference Include="%s" Version="[%s]" />\n' "${package%=*}" "${package#*=}"
        done
        printf '</ItemGroup></Project>\n'
    } >try.csproj
}

# run_program: builds Program.cs and runs it; what it prints goes to the file `found`.
run_program() {
    dotnet build -c Release -v quiet -o out >log 2>&1 || { tail -n 5 log; exit 1; }
    if [[ -f out/libLibTorchSharp.so ]]; then
        /usr/bin/python3 "$finding_lib/weaken_glibcxx.py" out/libLibTorchSharp.so
    fi
    timeout 100 out/try >found 2>err || { cat found; tail -n 5 err; exit 1; }
}

# expect_found <<'SEEN': prints what was found, and ends with 1 where it is not what was seen.
expect_found() {
    cat found
    if ! diff - found >difference; then
        printf 'this has changed:\n'
        cat difference
        exit 1
    fi
}
