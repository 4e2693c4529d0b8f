#!/usr/bin/env bash
# KubernetesYaml reads 0400 as 256 in a kind that it has a class for, and as 400 in every other one.
#
# Version     KubernetesClient 21.0.8 (with YamlDotNet 18.0.0), .NET 10
# Guess       A number of a manifest is one number, whatever it is read into. 0400 is 256, as kubectl and the API server
#             read it (YAML 1.1), and as everybody writes the mode of a file.
# Behaviour   It depends on the type. Into V1Pod it is 256; into object, which is what a custom resource without a class
#             of its own is read into before it goes to CustomObjects, it is 400. Nothing is said in either case.
#             kubectl 1.32.4 (`kubectl label --local -f FILE a=b -o json`) says 256 of a Pod and of an MPIJob.
# Output seen as V1Pod:  {"defaultMode":256,"secretName":"keys"}
#             as object: {"secretName":"keys","defaultMode":400}
# Hurts       jobs of operators (MPIJob and the like), whose pods carry modes of files: ssh, for one, refuses a key whose
#             mode is decimal 400. src/MiniCpmDist.Cli/Launching/ApiServer.cs sends the YAML, which the server reads.
#
# Needs the .NET 10 SDK and nuget.org. Ends with 1 if anything has changed.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf --one-file-system "$folder"' EXIT
export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1

cat >"$folder/octal.csproj" <<'PROJECT'
<Project Sdk="Microsoft.NET.Sdk">
  <PropertyGroup>
    <OutputType>Exe</OutputType>
    <TargetFramework>net10.0</TargetFramework>
    <ImplicitUsings>enable</ImplicitUsings>
  </PropertyGroup>
  <ItemGroup>
    <PackageReference Include="KubernetesClient" Version="[21.0.8]" />
  </ItemGroup>
</Project>
PROJECT
cat >"$folder/Program.cs" <<'PROGRAM'
using System.Text.Json;
using k8s;
using k8s.Models;

const string Manifest = """
    apiVersion: v1
    kind: Pod
    metadata: { name: worker }
    spec:
      containers: []
      volumes:
        - name: keys
          secret: { secretName: keys, defaultMode: 0400 }
    """;
Console.WriteLine($"as V1Pod:  {Secret(KubernetesYaml.Deserialize<V1Pod>(Manifest))}");
Console.WriteLine($"as object: {Secret(KubernetesYaml.Deserialize<object>(Manifest))}");

static string Secret(object read) => JsonDocument.Parse(KubernetesJson.Serialize(read))
    .RootElement.GetProperty("spec").GetProperty("volumes")[0].GetProperty("secret").GetRawText();
PROGRAM

dotnet build "$folder" -v quiet -o "$folder/out" >"$folder/log" 2>&1 || { tail -n 5 "$folder/log"; exit 1; }
timeout 60 dotnet "$folder/out/octal.dll" | tee "$folder/seen"
if ! diff - "$folder/seen" >"$folder/difference" <<'SEEN'; then
as V1Pod:  {"defaultMode":256,"secretName":"keys"}
as object: {"secretName":"keys","defaultMode":400}
SEEN
    printf 'this has changed:\n'
    cat "$folder/difference"
    exit 1
fi
