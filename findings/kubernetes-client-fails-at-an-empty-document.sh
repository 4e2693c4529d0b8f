#!/usr/bin/env bash
# KubernetesYaml.LoadAllFromString throws NullReferenceException where one of the documents is empty.
#
# Version     KubernetesClient 21.0.8, .NET 10
# Guess       A document without content, or with comments only, is passed over, as kubectl does: templates leave such
#             documents behind, and files often begin or end with ---.
# Behaviour   Any document without content ends the whole reading with NullReferenceException, which names neither the
#             document nor the file. Comments between two --- are enough, and so is a --- at the end.
# Output seen one document: V1Pod
#             --- before it: V1Pod
#             a comment after it: V1Pod
#             --- after it: NullReferenceException
#             a comment before ---: V1Pod
#             a comment between two: NullReferenceException
# Hurts       whoever reads manifests that helm template or kustomize wrote. src/MiniCpmDist.Cli/Launching/ApiServer.cs
#             sends the YAML, which the server reads.
#
# Needs the .NET 10 SDK, and nuget.org or a mirror that the SDK knows. Ends with 1 if anything has changed.
set -euo pipefail
# shellcheck source=SCRIPTDIR/lib/finding.sh
source "$(dirname -- "$(readlink -f -- "${BASH_SOURCE[0]}")")/lib/finding.sh"

project KubernetesClient=21.0.8
cat >Program.cs <<'PROGRAM'
using k8s;

const string Pod = "apiVersion: v1\nkind: Pod\nmetadata: { name: worker }\n";
Show("one document", Pod);
Show("--- before it", "---\n" + Pod);
Show("a comment after it", Pod + "# nothing follows\n");
Show("--- after it", Pod + "---\n");
Show("a comment before ---", "# Source: job/templates/rbac.yaml\n---\n" + Pod);
Show("a comment between two", Pod + "---\n# Source: job/templates/rbac.yaml\n---\n" + Pod);

static void Show(string what, string yaml)
{
    string result;
    try
    {
        result = string.Join(", ", KubernetesYaml.LoadAllFromString(yaml).Select(read => read.GetType().Name));
    }
    catch (Exception exception)
    {
        result = exception.GetType().Name;
    }
    Console.WriteLine($"{what}: {result}");
}
PROGRAM
run_program
expect_found <<'SEEN'
one document: V1Pod
--- before it: V1Pod
a comment after it: V1Pod
--- after it: NullReferenceException
a comment before ---: V1Pod
a comment between two: NullReferenceException
SEEN
