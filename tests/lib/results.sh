# shellcheck shell=bash
# What parts of the tests have found: passed, failed, skipped and why, and the closing line. Sourced; needs script.sh.

passed=0
failed=0
skips=()

count_pass() {
    passed=$((passed + 1))
}

count_failure() {
    failed=$((failed + 1))
    say "FAILED  $1"
}

# Takes "passed N", "failed N" and "skip NAME: REASON" lines from a report.
count_report() {
    local word rest
    while read -r word rest; do
        case $word in
            passed) passed=$((passed + rest)) ;;
            failed) failed=$((failed + rest)) ;;
            skip) skips+=("$rest") ;;
        esac
    done
}

# xunit's exit code is the number of failed tests, or so; anything else without a report is a crash.
summarize_project() {
    local name=$1 report=$2 log=$3 status=$4 summary
    if [[ ! -s $report ]] || ! summary=$(/usr/bin/python3 "$tests/lib/read_report.py" "$report"); then
        tail -n 40 "$log"
        count_failure "$name: no report; exit code $status"
        return
    fi
    count_report <<<"$summary"
    awk '/^(passed|failed) / { printf "%s%s %s", sep, $2, $1; sep = ", " } END { print "" }' <<<"$summary"
    if ((status != 0)) && grep -q '^failed 0$' <<<"$summary"; then
        count_failure "$name: all tests passed and the program ended with exit code $status"
    fi
}

# What a script of tests has printed: "ok NAME", "not ok NAME" and "skip NAME: REASON" lines.
summarize_script() {
    local name=$1 log=$2 status=$3 oks fails skipped
    oks=$(grep -c '^ok ' "$log" || true)
    fails=$(grep -c '^not ok ' "$log" || true)
    skipped=$(grep -c '^skip ' "$log" || true)
    count_report < <(grep '^skip ' "$log" || true)
    passed=$((passed + oks))
    failed=$((failed + fails))
    say "$oks passed, $fails failed"
    if ((fails > 0)); then
        cat "$log"
    elif ((status != 0 || oks + skipped == 0)); then
        tail -n 40 "$log"
        count_failure "$name: ended with exit code $status after $oks tests"
    fi
}

# Skips, those of one reason together: "REASON (3 tests): NAME and others". A name ends at its first ": ".
list_skips() {
    printf '%s\n' "${skips[@]}" | awk '
        { at = index($0, ": "); reason = substr($0, at + 2); name = substr($0, 1, at - 1)
          if (!(reason in count)) { order[++reasons] = reason; first[reason] = name }
          count[reason]++ }
        END { for (i = 1; i <= reasons; i++) {
                  reason = order[i]
                  printf "    %s: %s", reason, first[reason]
                  if (count[reason] > 1) printf " and %d more", count[reason] - 1
                  print "" } }'
}

# The closing line, with what was skipped above it; ends with 0 only if nothing failed, and something was done or
# skipped for a reason.
close() {
    say ""
    if ((${#skips[@]} > 0)); then
        say "${#skips[@]} skipped:"
        list_skips
    fi
    say "$passed passed, $failed failed"
    if ((failed > 0 || passed + ${#skips[@]} == 0)); then
        exit 1
    fi
}
