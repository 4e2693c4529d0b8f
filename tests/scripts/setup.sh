#!/usr/bin/env bash
# The set-up that launch/quickstart, launch/minicpm and tests/run share, on machines that lack something.
# What stands in single quotes is for pretended programs to expand, and pretended functions are called by other scripts.
# shellcheck disable=SC2016,SC2317
set -euo pipefail
here=$(dirname -- "$(readlink -f -- "${BASH_SOURCE[0]}")")
repository=$(dirname -- "$(dirname -- "$here")")
# shellcheck source=SCRIPTDIR/../lib/check.sh
source "$here/../lib/check.sh"
# shellcheck disable=SC2034
script_name="a test"
# shellcheck source=SCRIPTDIR/../../launch/lib/say.sh
source "$repository/launch/lib/say.sh"
# shellcheck source=SCRIPTDIR/../../launch/lib/sdk.sh
source "$repository/launch/lib/sdk.sh"
# shellcheck source=SCRIPTDIR/../../launch/lib/packages.sh
source "$repository/launch/lib/packages.sh"

# A program of this name in front of all others, with these lines as its body.
pretend() {
    mkdir -p "$scratch/pretended"
    printf '#!/bin/bash\n%s\n' "$2" >"$scratch/pretended/$1"
    chmod +x "$scratch/pretended/$1"
}

on_pretended_machine() (
    PATH="$scratch/pretended:$PATH"
    "$@"
)

without_dotnet() (
    # No installer's folder holds one either.
    dotnet_places() { :; }
    command() {
        if [[ $2 == dotnet ]]; then return 1; fi
        builtin command "$@"
    }
    require_sdk
)

run without_dotnet
check "A missing SDK is a user fault" exit_code_is 2
needed='SDK is needed and no dotnet was found: install it from https://'
check "A missing SDK is one sentence with what to install" \
    test "$(grep -c "$needed" "$scratch/stderr")-$(wc -l <"$scratch/stderr")" = 1-1

pretend dotnet 'if [[ $1 == --version ]]; then exit 145; fi; echo "8.0.404 [/usr/share/dotnet/sdk]"'
run on_pretended_machine require_sdk
check "An SDK that is too old is a user fault" exit_code_is 2
check "An SDK that is too old is named" stderr_has "dotnet has 8.0.404"

pretend dpkg-query 'case ${@: -1} in here) echo installed ;; removed) echo config-files ;; *) exit 1 ;; esac'
run on_pretended_machine missing_packages here removed never
check "Packages that were removed are missing, like those never installed" stdout_is $'removed\nnever'

pretend id 'if [[ $1 == -u ]]; then echo 1000; else echo somebody; fi'
pretend sudo 'exit 1'
run on_pretended_machine require_packages here removed never </dev/null
check "Missing packages without sudo are a user fault" exit_code_is 2
check "The one command to ask an administrator for is printed" \
    stderr_has "apt-get update && apt-get install --yes --no-install-recommends removed never"
check "What is installed is not asked for" test "$(grep -c 'recommends.* here' "$scratch/stderr")" = 0

run on_pretended_machine require_packages here </dev/null
check "With everything installed nobody needs to be root" exit_code_is 0

pretend sudo 'if [[ $1 == -n ]]; then exit 0; fi; printf "sudo %s\n" "$*" >>"${0%/*}/calls"'
pretend apt-cache 'exit 0'
run on_pretended_machine require_packages never
check "With sudo the packages are installed" exit_code_is 0
check "Installed is only what is missing, and nothing that is only recommended" \
    grep -q 'apt-get .*install -y --no-install-recommends never$' "$scratch/pretended/calls"
check "Lists that know every package are not updated" test "$(grep -c update "$scratch/pretended/calls")" = 0

pretend apt-cache 'exit 100'
run on_pretended_machine require_packages never
check "Lists that lack a package are updated first" grep -q 'apt-get .* update$' "$scratch/pretended/calls"

# A clone in which nothing is built, entered by one of two ranks.
mkdir -p "$scratch/clone/src"
cp -r "$repository/launch" "$scratch/clone/launch"
OMPI_COMM_WORLD_SIZE=2 run "$scratch/clone/launch/minicpm" --version
check "Several ranks at once do not build" exit_code_is 2
check "Ranks that find nothing built say what to type" stderr_has "clone/launch/minicpm --version"
check "A refused build leaves nothing behind" test ! -e "$scratch/clone/artifacts"

finish
