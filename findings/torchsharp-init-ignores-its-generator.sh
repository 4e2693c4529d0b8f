#!/usr/bin/env bash
# TorchSharp's nn.init.normal_ and uniform_ take a generator and draw from the global one.
#
# Version     TorchSharp 0.107.0, libtorch-cpu-linux-x64 2.10.0, .NET 10, amd64
# Guess       nn.init.normal_(weight, generator: new Generator(5)) draws from that generator, as tensor.normal_(0, 1,
#             generator) does: the same seed gives the same numbers, and the global generator stays where it is.
# Behaviour   The generator is not looked at. The numbers come from the global generator, which moves on.
# Output seen init.normal_: same seed, other numbers; the global generator moved
#             init.uniform_: same seed, other numbers; the global generator moved
#             tensor.normal_: same seed, same numbers; the global generator stayed
#             randn: same seed, same numbers; the global generator stayed
# Hurts       initialisations that must not depend on what was drawn before, say in tests, or in ranks that build
#             different layers. src/MiniCpmDist.Core/Randomness draws its own.
#
# Needs the .NET 10 SDK, nuget.org or a mirror that the SDK knows, and python3. Ends with 1 if anything has changed.
set -euo pipefail
here=$(dirname -- "$(readlink -f -- "${BASH_SOURCE[0]}")")
folder=$(mktemp -d)
trap 'rm -rf --one-file-system "$folder"' EXIT
cd "$folder"
export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1

cat >try.csproj <<'PROJECT'
<Project Sdk="Microsoft.NET.Sdk">
  <PropertyGroup>
    <OutputType>Exe</OutputType>
    <TargetFramework>net10.0</TargetFramework>
    <RuntimeIdentifier>linux-x64</RuntimeIdentifier>
    <SelfContained>false</SelfContained>
    <ImplicitUsings>enable</ImplicitUsings>
  </PropertyGroup>
  <ItemGroup>
    <PackageReference Include="TorchSharp" Version="[0.107.0]" />
    <PackageReference Include="libtorch-cpu-linux-x64" Version="[2.10.0]" />
  </ItemGroup>
</Project>
PROJECT
cat >Program.cs <<'PROGRAM'
using TorchSharp;
using static TorchSharp.torch;

Show("init.normal_", generator => nn.init.normal_(zeros(4), generator: generator));
Show("init.uniform_", generator => nn.init.uniform_(zeros(4), generator: generator));
Show("tensor.normal_", generator => zeros(4).normal_(0, 1, generator));
Show("randn", generator => randn(4, generator: generator));

static void Show(string call, Func<Generator, Tensor> draw)
{
    manual_seed(1);
    using var first = draw(new Generator(5));
    using var second = draw(new Generator(5));
    using var next = rand(4);
    manual_seed(1);
    using var untouched = rand(4);
    Console.WriteLine($"{call}: same seed, {(first.eq(second).all().ToBoolean() ? "same" : "other")} numbers; "
        + $"the global generator {(next.eq(untouched).all().ToBoolean() ? "stayed" : "moved")}");
}
PROGRAM
dotnet build -c Release -v quiet -o out >log 2>&1 || { tail -n 5 log; exit 1; }
/usr/bin/python3 "$here/lib/weaken_glibcxx.py" out/libLibTorchSharp.so
timeout 100 out/try >found 2>err || { cat found; tail -n 5 err; exit 1; }
cat found
if ! diff - found >difference <<'SEEN'; then
init.normal_: same seed, other numbers; the global generator moved
init.uniform_: same seed, other numbers; the global generator moved
tensor.normal_: same seed, same numbers; the global generator stayed
randn: same seed, same numbers; the global generator stayed
SEEN
    printf 'this has changed:\n'
    cat difference
    exit 1
fi
