#!/usr/bin/env bash
# System.CommandLine takes the next option as the value of a text option that was left without one.
#
# Version     System.CommandLine 3.0.0, .NET 10
# Guess       In `--name --dry-run` the value of --name is missing, because --dry-run is an option that the command has:
#             "Required argument missing for option: '--name'", as it says at the end of the line, and as options of
#             numbers and of bool show by what they do.
# Behaviour   An option of string or FileInfo takes what follows, whatever it is: --name is "--dry-run", and --dry-run
#             is not set. There is no error, because any text is a value. An option of a number refuses it as no number.
#             A bool, whose value may be left out, leaves it alone.
# Output seen --name --dry-run: --name is --dry-run, --dry-run is False
#             --dry-run --name: refused
#             --file --dry-run: --file is --dry-run, --dry-run is False
#             --dry-run --file: refused
#             --steps --dry-run: refused
#             --dry-run --steps: refused
#             --resume --dry-run: --resume is True, --dry-run is True
#             --dry-run --resume: --resume is True, --dry-run is True
# Hurts       shell scripts where a variable is empty and not in quotes: --run $RUN --dry-run does in earnest what was
#             to be tried, under the name "--dry-run". A validator that refuses what begins with -- is the remedy.
#
# Needs the .NET 10 SDK, and nuget.org or a mirror that the SDK knows. Ends with 1 if anything has changed.
set -euo pipefail
# shellcheck source=SCRIPTDIR/lib/finding.sh
source "$(dirname -- "$(readlink -f -- "${BASH_SOURCE[0]}")")/lib/finding.sh"

project System.CommandLine=3.0.0
cat >Program.cs <<'PROGRAM'
using System.CommandLine;

var dryRun = new Option<bool>("--dry-run");
Show(new Option<string>("--name"));
Show(new Option<FileInfo>("--file"));
Show(new Option<int>("--steps"));
Show(new Option<bool>("--resume"));

void Show<T>(Option<T> option)
{
    foreach (string[] line in new[] { new[] { option.Name, "--dry-run" }, ["--dry-run", option.Name] })
    {
        var result = new RootCommand { option, dryRun }.Parse(line);
        var read = result.Errors.Count > 0 ? "refused"
            : $"{option.Name} is {result.GetValue(option)}, --dry-run is {result.GetValue(dryRun)}";
        Console.WriteLine($"{string.Join(" ", line)}: {read}");
    }
}
PROGRAM
run_program
expect_found <<'SEEN'
--name --dry-run: --name is --dry-run, --dry-run is False
--dry-run --name: refused
--file --dry-run: --file is --dry-run, --dry-run is False
--dry-run --file: refused
--steps --dry-run: refused
--dry-run --steps: refused
--resume --dry-run: --resume is True, --dry-run is True
--dry-run --resume: --resume is True, --dry-run is True
SEEN
