# shellcheck shell=bash
# Builds the tool when it is missing or older than its sources. Sourced; needs say.sh, sdk.sh and $repository.

artifacts="$repository/artifacts"
tool="$artifacts/bin/MiniCpmDist.Cli/release/minicpm.dll"
# Touched with the time at which the last good build began, so that an edit made during a build counts as newer. The dll
# itself will not do: a build that finds nothing to compile leaves it as old as it was.
build_stamp="$artifacts/minicpm.built"

# Folders count as well, because a file that was deleted shows in nothing else.
build_is_fresh() {
    local newer
    [[ -f $tool && -f $build_stamp ]] || return 1
    newer=$(find "$repository/src" "$repository/protos" "$repository"/Directory.*.props "$repository/global.json" \
        \( -type d -o -name '*.cs' -o -name '*.csproj' -o -name '*.props' -o -name '*.targets' -o -name '*.proto' \
        -o -name '*.h' -o -name '*.c' -o -name '*.cpp' -o -name 'CMakeLists.txt' -o -name 'global.json' \) \
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

require_writable() {
    local folder owner command
    for folder in "$@"; do
        if [[ -e $folder && ! -w $folder ]]; then
            owner=$(stat -c %U "$folder")
            command="chown -R $(id -un) '$folder'"
            fail "$folder belongs to $owner and cannot be written; as that user or root type: $command"
        fi
    done
}

# Code that is compiled ahead of time starts sooner. The compiler for that is a package of its own, and where it cannot
# be had the tool does the same, later.
can_precompile() {
    (cd "$repository" && dotnet restore src/MiniCpmDist.Cli -p:Precompile=true "-p:ArtifactsPath=$artifacts") >"$1" 2>&1
}

build_under_lock() {
    local log="$artifacts/build.log" began="$artifacts/minicpm.began" precompile=true
    touch "$began"
    say "Building minicpm (about a minute the first time) ..." >&2
    can_precompile "$artifacts/precompiler.log" || precompile=false
    # A build server would outlive this script and keep the folder busy.
    if ! (cd "$repository" && dotnet build src/MiniCpmDist.Cli -c Release -nodeReuse:false \
        -p:UseSharedCompilation=false "-p:Precompile=$precompile" "-p:ArtifactsPath=$artifacts") >"$log" 2>&1; then
        grep -E ': (fatal )?error |error : |MSB[0-9]+' "$log" | sort -u | head -n 20 >&2 || tail -n 20 "$log" >&2
        fail "the build failed; the whole log is $log"
    fi
    mv "$began" "$build_stamp"
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
    require_writable "$repository" "$artifacts"
    mkdir -p "$artifacts"
    exec {build_lock}>"$artifacts/minicpm.lock"
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
