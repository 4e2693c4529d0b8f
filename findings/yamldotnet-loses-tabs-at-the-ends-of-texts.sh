#!/usr/bin/env bash
# A text that begins or ends with a tab does not come back from YamlDotNet's own YAML as the text that it was.
#
# Version     YamlDotNet 18.1.0 on .NET 10 (16.3.0 does the same)
# Guess       A serializer puts quotes round what a plain scalar cannot hold. A space at either end of a text is such a
#             thing, and so is a tab: YAML counts both as white space around a plain scalar. What Serialize writes,
#             Deserialize reads as the same texts.
# Behaviour   Spaces at the ends get quotes and tabs do not. The tab is written bare and read as indentation or as
#             white space at the end, so that it is gone. What stands behind a tab at the beginning is taken for YAML:
#             && for the name of an anchor, which goes too, and [ for a list, so that reading ends with an exception.
#             YamlStream.Save does the same to a YamlScalarNode whose style is not set.
# Output seen [ space] comes back as [ space]               [end\t] comes back as [end]
#             [a\tb] comes back as [a\tb]                   [\t&& exit] comes back as [exit]
#             [\techo done] comes back as [echo done]       [\t[ -f x ]] does not come back: YamlException
# Hurts       whoever keeps lines of Makefiles, here-documents or tables in YAML. src/MiniCpmDist.Core/Configuration
#             writes texts as JSON does, in quotes; templates of Kubernetes keep the quotes that they came with.
#
# Needs the .NET 10 SDK, and nuget.org or a mirror that the SDK knows. Ends with 1 if anything has changed.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf --one-file-system "$folder"' EXIT
cd "$folder"
export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1

cat >tabs.csproj <<'PROJECT'
<Project Sdk="Microsoft.NET.Sdk">
  <PropertyGroup>
    <OutputType>Exe</OutputType>
    <TargetFramework>net10.0</TargetFramework>
    <ImplicitUsings>enable</ImplicitUsings>
  </PropertyGroup>
  <ItemGroup>
    <PackageReference Include="YamlDotNet" Version="[18.1.0]" />
  </ItemGroup>
</Project>
PROJECT
cat >Program.cs <<'PROGRAM'
using YamlDotNet.Core;
using YamlDotNet.Serialization;

var serializer = new SerializerBuilder().Build();
var deserializer = new DeserializerBuilder().Build();
foreach (var text in new[] { " space", "a\tb", "\techo done", "end\t", "\t&& exit", "\t[ -f x ]" })
{
    var yaml = serializer.Serialize(new Dictionary<string, string> { ["line"] = text });
    try
    {
        var back = deserializer.Deserialize<Dictionary<string, string>>(yaml)["line"];
        Console.WriteLine($"[{Show(text)}] comes back as [{Show(back)}]");
    }
    catch (YamlException)
    {
        Console.WriteLine($"[{Show(text)}] does not come back: YamlException");
    }
}

static string Show(string text) => text.Replace("\t", "\\t");
PROGRAM
dotnet build -c Release -v quiet -o out >log 2>&1 || { tail -n 5 log; exit 1; }
timeout 60 out/tabs >found 2>err || { cat found; tail -n 5 err; exit 1; }
cat found
diff - found <<'SEEN'
[ space] comes back as [ space]
[a\tb] comes back as [a\tb]
[\techo done] comes back as [echo done]
[end\t] comes back as [end]
[\t&& exit] comes back as [exit]
[\t[ -f x ]] does not come back: YamlException
SEEN
