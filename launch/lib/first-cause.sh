# shellcheck shell=bash
# Finds, in what several ranks write when they die together, the line that started it. Sourced.
#
# Candidates in order of trust: a fatal error that the tool reports itself; a runtime's report of a crash; the
# launcher's report of a killed process; any other line. Within one kind the first one wins, because the rest are its
# consequences: ranks that lost their peer.

# Rank of a line of stderr, lower is better; 9 for boilerplate. Launchers may put "[1,0]<stderr>:" in front.
# Sets $rank rather than prints it: a fork for every line would be slow under a flood of them.
cause_rank() {
    case $1 in
        *'minicpm: error'* | 'launch/'*': '*) rank=1 ;;
        *'Unhandled exception'* | *'terminate called'* | *'Fatal error'* | *'Segmentation fault'*) rank=2 ;;
        *' exited on signal '* | *' exited on' | *'KILLED BY SIGNAL'* | *'BAD TERMINATION'* | *'EXIT STRING: '*)
            rank=3
            ;;
        *'was unable to '* | *'not enough slots'* | *'could not find '* | *': command not found'*) rank=4 ;;
        '' | ---* | ===* | *': Forwarding signal '* | *'Primary job '*'terminated'* | *'a non-zero exit code'* | \
            *'mpirun detected that'* | \
            *'MPI_ABORT was invoked'* | *'NOTE: invoking MPI_Abort'* | *'You may or may not see'* | \
            *'exactly when Open MPI'* | *'with errorcode'* | *'per user-direction'* | *'thus causing'* | \
            *'first process to do so'* | *'Process name: '* | *'Exit code: '* | [[:space:]]*) rank=9 ;;
        *) rank=5 ;;
    esac
}

# Passes stderr on line by line as it comes and keeps the best candidate in the file $1. The tool indents an error's
# further lines; a launcher's sentence goes on to the next empty line, and Open MPI 5 breaks the one about a signal.
watch_for_first_cause() {
    local file=$1 best=9 rank line previous='' following=no
    while IFS= read -r line || [[ -n $line ]]; do
        printf '%s\n' "$line" >&2
        cause_rank "$line"
        if ((rank < best)); then
            best=$rank
            following=yes
            printf '%s\n' "$line" >"$file"
        elif [[ $following == yes ]] && continues_cause "$best" "$previous" "$line"; then
            printf '%s\n' "$line" >>"$file"
        else
            following=no
        fi
        previous=$line
    done
}

continues_cause() {
    case $1 in
        1 | 2) [[ $3 == [[:space:]]*[![:space:]]* ]] ;;
        3) [[ $2 == *' exited on' ]] ;;
        4) [[ $3 == *[![:space:]]* && $3 != ---* ]] ;;
        *) return 1 ;;
    esac
}

# MPICH's launcher Hydra tells on stdout which signal ended a rank, and its exit code is the bare number of that signal,
# like that of a rank that ended by itself. Passes stdout on byte for byte, repeats such a line on stderr,
# keeps it in the file $1.
copy_and_tell_signals() {
    # grep has nothing to find where no signal ended a rank.
    tee --ignore-interrupts >(grep --text 'EXIT STRING: .*(signal [0-9]*)' | tee --ignore-interrupts "$1" >&2 || true)
    wait $!
}
