#!/usr/bin/env bash
# prometheus-net writes help as it is: one help text of two lines, and Prometheus takes nothing of the whole scrape.
#
# Version     prometheus-net 8.2.1, .NET 10; Debian 12's promtool 2.42.0 as the reader
# Guess       Both formats of exposition escape backslashes and line ends in HELP, as they do in label values, and
#             prometheus-net escapes both places: a help text of two lines is written as `first\nsecond`.
# Behaviour   Label values are escaped, help is not, in neither format. Its second line stands alone, where a sample is
#             expected. promtool: `text format parsing error in line 2: expected float as value, got "by"`. Prometheus
#             drops a scrape that it cannot read as a whole, so every other metric of the process is lost as well.
# Output seen # HELP lag_seconds How long the last batch waited,
#             measured by the queue.
#             # TYPE lag_seconds gauge
#             lag_seconds{queue="a\nb"} 1
# Hurts       whoever writes help as a raw string literal of C#, or takes it from a comment or a resource. With
#             src/MiniCpmDist.Cli/Telemetry/MetricFamily.cs line ends are escaped before prometheus-net gets them.
#
# Needs the .NET 10 SDK and nuget.org; promtool (apt-get install prometheus) only to hear the reader's verdict. Ends with
# 1 if anything has changed.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf --one-file-system "$folder"' EXIT
export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1

cat >"$folder/help.csproj" <<'PROJECT'
<Project Sdk="Microsoft.NET.Sdk">
  <PropertyGroup>
    <OutputType>Exe</OutputType>
    <TargetFramework>net10.0</TargetFramework>
    <ImplicitUsings>enable</ImplicitUsings>
  </PropertyGroup>
  <ItemGroup>
    <PackageReference Include="prometheus-net" Version="[8.2.1]" />
  </ItemGroup>
</Project>
PROJECT
cat >"$folder/Program.cs" <<'PROGRAM'
using Prometheus;

var registry = Metrics.NewCustomRegistry();
Metrics.WithCustomRegistry(registry)
    .CreateGauge("lag_seconds", "How long the last batch waited,\nmeasured by the queue.", "queue")
    .WithLabels("a\nb")
    .Set(1);
await registry.CollectAndExportAsTextAsync(Console.OpenStandardOutput());
PROGRAM

dotnet build "$folder" -v quiet -o "$folder/out" >"$folder/log" 2>&1 || { tail -n 5 "$folder/log"; exit 1; }
timeout 60 dotnet "$folder/out/help.dll" | tee "$folder/seen"
if ! diff - "$folder/seen" >"$folder/difference" <<'SEEN'; then
# HELP lag_seconds How long the last batch waited,
measured by the queue.
# TYPE lag_seconds gauge
lag_seconds{queue="a\nb"} 1
SEEN
    printf 'this has changed:\n'
    cat "$folder/difference"
    exit 1
fi
if command -v promtool >/dev/null && promtool check metrics <"$folder/seen"; then
    printf 'this has changed: promtool reads it\n'
    exit 1
fi
