#!/usr/bin/env bash
# TorchSharp's load_state_dict takes a tensor of another shape where it can be spread over the parameter.
#
# Version     TorchSharp 0.107.0, libtorch-cpu-linux-x64 2.10.0, .NET 10, amd64
# Guess       load_state_dict with strict (its default) refuses a tensor whose shape is not the parameter's, as
#             PyTorch's does ("size mismatch").
# Behaviour   Names are compared, shapes are not. The tensor is copied into the parameter by broadcasting: a row of
#             weights becomes every row, and one number becomes the whole matrix. Only shapes that cannot be broadcast
#             are refused, by copy_. load(path) does compare shapes.
# Output seen a row for a weight of 2 x 2: weight is 1 2 1 2
#             one number for a weight of 2 x 2: weight is 7 7 7 7
#             a scalar for a weight of 2 x 2: weight is 7 7 7 7
#             three numbers for a weight of 2 x 2: ExternalException
# Hurts       loading a checkpoint of another layout, say a bias under the name of a matrix, or one row that was cut out
#             of it: the model loads without a word and computes nonsense. src/MiniCpmDist.Engine/Checkpoints compares
#             shapes itself.
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

Show("a row", tensor(new[] { 1f, 2f }));
Show("one number", tensor(new[] { 7f }));
Show("a scalar", tensor(7f));
Show("three numbers", tensor(new[] { 1f, 2f, 3f }));

static void Show(string what, Tensor weight)
{
    var module = nn.Linear(2, 2, hasBias: false);
    string result;
    try
    {
        module.load_state_dict(new Dictionary<string, Tensor> { ["weight"] = weight }, strict: true);
        result = "weight is " + string.Join(" ", module.weight!.data<float>().ToArray());
    }
    catch (Exception exception)
    {
        result = exception.GetType().Name;
    }
    Console.WriteLine($"{what} for a weight of 2 x 2: {result}");
}
PROGRAM
dotnet build -c Release -v quiet -o out >log 2>&1 || { tail -n 5 log; exit 1; }
/usr/bin/python3 "$here/lib/weaken_glibcxx.py" out/libLibTorchSharp.so
timeout 100 out/try >found 2>err || { cat found; tail -n 5 err; exit 1; }
cat found
if ! diff - found >difference <<'SEEN'; then
a row for a weight of 2 x 2: weight is 1 2 1 2
one number for a weight of 2 x 2: weight is 7 7 7 7
a scalar for a weight of 2 x 2: weight is 7 7 7 7
three numbers for a weight of 2 x 2: ExternalException
SEEN
    printf 'this has changed:\n'
    cat difference
    exit 1
fi
