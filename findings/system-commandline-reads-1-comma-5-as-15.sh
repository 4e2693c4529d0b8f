#!/usr/bin/env bash
# System.CommandLine takes a comma in a number for a separator of thousands, wherever it stands: --rate 0,001 is 1.
#
# Version     System.CommandLine 3.0.0, .NET 10, with the invariant culture
# Guess       --rate 0,001 is refused as no number, as --steps 1,000 is refused for an option of int; or, with the
#             separators of a culture, 1,000 is a thousand and 0,001 is refused, because there are no three digits
#             between. --betas 0,9 is two numbers, or is refused.
# Behaviour   An option of double, float or decimal is read with separators of thousands allowed, and .NET lets them
#             stand anywhere before the point: 0,001 is 1, 1,5 is 15, and 1,2 for an array of numbers is the one number
#             12. Options of int refuse commas. The culture decides what is a separator: under de-DE it is 1.5 that is
#             15.
# Output seen --value 0,001 as Double: 1
#             --value 1,5 as Double: 15
#             --value 1,2,3 as Double: 123
#             --value 0,1 as Decimal: 1
#             --value 1,000 as Int32: refused
#             --value 1,2 as Single[]: [12]
#             --value 0.9,0.95 as Single[]: refused
# Hurts       whoever types a decimal comma, or a list with commas: the number is wrong and nothing is said. A
#             CustomParser with NumberStyles.Float is the remedy. src/MiniCpmDist.Cli/Hosting/OptionLimits.cs reads the
#             text once more, strictly.
#
# Needs the .NET 10 SDK, and nuget.org or a mirror that the SDK knows. Ends with 1 if anything has changed.
set -euo pipefail
# shellcheck source=SCRIPTDIR/lib/finding.sh
source "$(dirname -- "$(readlink -f -- "${BASH_SOURCE[0]}")")/lib/finding.sh"

properties='<InvariantGlobalization>true</InvariantGlobalization>'
project System.CommandLine=3.0.0
cat >Program.cs <<'PROGRAM'
using System.CommandLine;
using System.Globalization;

CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
Show<double>("0,001");
Show<double>("1,5");
Show<double>("1,2,3");
Show<decimal>("0,1");
Show<int>("1,000");
Show<float[]>("1,2");
Show<float[]>("0.9,0.95");

static void Show<T>(string text)
{
    var option = new Option<T>("--value");
    var result = new RootCommand { option }.Parse(["--value", text]);
    var read = result.Errors.Count > 0 ? "refused"
        : result.GetValue(option) is float[] numbers ? $"[{string.Join(" ", numbers)}]"
        : $"{result.GetValue(option)}";
    Console.WriteLine($"--value {text} as {typeof(T).Name}: {read}");
}
PROGRAM
run_program
expect_found <<'SEEN'
--value 0,001 as Double: 1
--value 1,5 as Double: 15
--value 1,2,3 as Double: 123
--value 0,1 as Decimal: 1
--value 1,000 as Int32: refused
--value 1,2 as Single[]: [12]
--value 0.9,0.95 as Single[]: refused
SEEN
