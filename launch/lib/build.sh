# shellcheck shell=bash
# Builds the tool when it is missing or older than its sources. Sourced; needs script.sh and sdk.sh, and for
# require_tool packages.sh.

artifacts="$repository/artifacts"
tool="$artifacts/bin/MiniCpmDist.Cli/release/minicpm.dll"
# Touched with the time at which the last good build began, so that an edit made during a build counts as newer. The dll
# itself will not do: a build that finds nothing to compile leaves it as old as it was.
build_stamp="$artifacts/minicpm.built"
# In what launch/install has made there are no sources: the tool lies beside this folder, and is what it is.
is_installed=no
if [[ -f $repository/minicpm.dll ]]; then
    is_installed=yes
    tool="$repository/minicpm.dll"
fi

# Folders count as well, because a file that was deleted shows in nothing else.
build_is_fresh() {
    local newer
    if [[ $is_installed == yes ]]; then
        return 0
    fi
    [[ -f $tool && -f $build_stamp ]] || return 1
    newer=$(find "$repository/src" "$repository/protos" "$repository"/Directory.* "$repository/global.json" \
        "$repository/k8s/base/branch-job.yaml" \
        \( -type d -o -name '*.cs' -o -name '*.csproj' -o -name '*.props' -o -name '*.targets' -o -name '*.proto' \
        -o -name '*.h' -o -name '*.c' -o -name '*.cpp' -o -name 'CMakeLists.txt' -o -name '*.json' \
        -o -name '*.yaml' \) \
        -newer "$build_stamp" -print -quit 2>/dev/null)
    [[ -z $newer ]]
}

# The number of ranks that this process is one of, by what the launchers set. SLURM_NTASKS is also set in a batch
# script, where one process may well build; SLURM_STEP_NUM_TASKS only under srun.
launched_ranks() {
    local count
    for count in "${OMPI_COMM_WORLD_SIZE:-}" "${PMI_SIZE:-}" "${MV2_COMM_WORLD_SIZE:-}" "${SLURM_STEP_NUM_TASKS:-}"; do
        if [[ $count =~ ^[0-9]+$ ]]; then
            printf '%s\n' "$count"
            return
        fi
    done
    printf '1\n'
}

# Code that is compiled ahead of time starts sooner. The compiler for that is a package of its own, and where it cannot
# be had the tool does the same, later.
can_precompile() {
    (cd "$repository" && dotnet restore src/MiniCpmDist.Cli -p:Precompile=true "-p:ArtifactsPath=$artifacts") >"$1" 2>&1
}

# run_build LOG OPTION...: a build server would outlive this script and keep the folder busy.
run_build() {
    local log=$1 precompile=true
    shift
    can_precompile "$artifacts/precompiler.log" || precompile=false
    (cd "$repository" && exec dotnet build src/MiniCpmDist.Cli -c Release \
        -p:UseSharedCompilation=false "-p:Precompile=$precompile" "-p:ArtifactsPath=$artifacts" "$@") \
        >"$log" 2>&1 </dev/null
}

# The errors in a build's log, each once; its last lines where none is marked as one.
build_errors() {
    local errors
    errors=$(grep -E ': (fatal )?error |error : |MSB[0-9]+' "$1" | sort -u | awk 'NR <= 40' || true)
    if [[ -n $errors ]]; then
        printf '%s\n' "$errors"
        if [[ $errors == *NU1004* ]]; then
            printf '%s\n' "A version was changed without its lock files: .github/CONTRIBUTING.md says what to type."
        fi
    else
        tail -n 40 "$1"
    fi
}

# What a build takes beside the SDK and is not here, by the names of Debian's packages. Looked for as the build will
# look for it and not asked of dpkg: another MPI will do as well, and so will another system.
missing_for_build() {
    local compiler=${CXX:-c++}
    command -v cmake >/dev/null || printf 'cmake\n'
    command -v make >/dev/null || printf 'make\n'
    command -v "$compiler" >/dev/null || printf 'g++\n'
    if [[ -z ${MPI_C_COMPILER:-}${MPI_HOME:-} ]] && ! command -v mpicc >/dev/null; then
        printf 'libopenmpi-dev\nopenmpi-bin\n'
    fi
    # Without a compiler nobody can look; what stands in a folder of its own is cmake's to find.
    if [[ -z ${CMAKE_PREFIX_PATH:-} ]] && command -v "$compiler" >/dev/null &&
        ! "$compiler" -E -x c++ - <<<'#include <sentencepiece_processor.h>' >/dev/null 2>&1; then
        printf 'libsentencepiece-dev\n'
    fi
}

build_under_lock() {
    local log="$artifacts/build.log" began="$artifacts/minicpm.began"
    local -a missing
    mapfile -t missing < <(missing_for_build)
    if ((${#missing[@]} > 0)); then
        fail "these packages are missing: ${missing[*]}; type, as root: \
apt-get update && apt-get install --no-install-recommends ${missing[*]}"
    fi
    touch "$began"
    say "Building minicpm (one to two minutes the first time) ..." >&2
    if ! run_build "$log"; then
        build_errors "$log" >&2
        fail "the build failed; the whole log is $log"
    fi
    mv "$began" "$build_stamp"
}

# open_build_folder: where the build's logs and its lock go, with $build_lock open on the lock.
open_build_folder() {
    require_writable "$repository" "$artifacts"
    mkdir -p "$artifacts"
    exec {build_lock}>"$artifacts/minicpm.lock"
}

# compile_ahead: the part of a build that needs nothing but the SDK, for the time in which packages are being installed.
# The build itself meets what fails here again, and says so.
compile_ahead() {
    open_build_folder
    if flock --nonblock "$build_lock"; then
        run_build "$artifacts/compile-ahead.log" -p:NativeBridge=Later || true
    fi
}

ensure_built() {
    if build_is_fresh; then
        return
    fi
    if (($(launched_ranks) > 1)); then
        fail "minicpm is not built or older than its sources, and several ranks at once must not build it." \
            "Build first, then start the ranks: $repository/launch/minicpm --version"
    fi
    require_sdk
    open_build_folder
    if ! flock --nonblock "$build_lock"; then
        say "Another minicpm is building; waiting for it ..." >&2
        flock "$build_lock"
    fi
    # Whoever held the lock may have built what we need.
    if ! build_is_fresh; then
        build_under_lock
    fi
    exec {build_lock}>&-
}

# require_tool [PACKAGE...]: the tool and the Debian packages that it takes, and further ones that the caller needs.
# In a clean clone on a clean machine both take a minute or more, so the part of the build that can, runs meanwhile.
require_tool() {
    local ahead='' missing
    # shellcheck disable=SC2154
    missing=$(missing_packages "${tool_packages[@]}")
    if [[ -n $missing ]] && ! build_is_fresh; then
        say "The C# of minicpm is compiled while Debian's packages are installed."
        # In a process group of its own, so that it ends, with all that it has started, when this script does.
        set -m
        compile_ahead &
        ahead=$!
        set +m
        # shellcheck disable=SC2064
        trap "kill -- -$ahead 2>/dev/null || true" EXIT
    fi
    require_packages "${tool_packages[@]}" "$@"
    if [[ -n $ahead ]]; then
        wait "$ahead" || true
        trap - EXIT
    fi
    ensure_built
}
