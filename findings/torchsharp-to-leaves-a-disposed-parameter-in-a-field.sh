#!/usr/bin/env bash
# TorchSharp's Module.to leaves a disposed parameter in a field whose name differs from the registered one.
#
# Version     TorchSharp 0.107.0, libtorch-cpu-linux-x64 2.10.0, .NET 10, amd64
# Guess       `module.to(BFloat16)` converts a parameter that was registered with register_parameter("weight", _weight)
#             wherever the module holds it, as PyTorch does, which changes the parameter in place.
# Behaviour   It makes a new parameter, disposes the old one, and puts the new one into the field that is called as the
#             parameter was registered. A field of another name (an underscore in front is C#'s custom) keeps the old
#             one. named_parameters and state_dict show the new one, so all looks well until forward. The attribute
#             [ComponentName(Name = "weight")] of TorchSharp.Utils on the field helps.
# Output seen registered as BFloat16; _weight: Tensor invalid -- empty handle.; with ComponentName: BFloat16
# Hurts       models of one's own that are moved to another type or device: the first forward fails with words that say
#             nothing of `to`.
#
# Needs the .NET 10 SDK, nuget.org or a mirror that the SDK knows, and python3. Ends with 1 if anything has changed.
set -euo pipefail
here=$(dirname -- "$(readlink -f -- "${BASH_SOURCE[0]}")")
folder=$(mktemp -d)
trap 'rm -rf --one-file-system "$folder"' EXIT
cd "$folder"
export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1
cat >p.csproj <<'PROJECT'
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
using TorchSharp.Modules;
using TorchSharp.Utils;
using static TorchSharp.torch;

var (underscore, named) = (new Underscore(), new Named());
underscore.to(ScalarType.BFloat16);
named.to(ScalarType.BFloat16);
var registered = underscore.named_parameters().Single().parameter.dtype;
var said = $"registered as {registered}; _weight: {Forward(underscore)}; with ComponentName: {Forward(named)}";
Console.WriteLine(said);
return registered == ScalarType.BFloat16 && Forward(underscore).StartsWith("Tensor invalid")
    && Forward(named) == "BFloat16" ? 0 : 1;

string Forward(nn.Module<Tensor, Tensor> module)
{
    try
    {
        return module.call(ones(2, ScalarType.BFloat16)).dtype.ToString();
    }
    catch (InvalidOperationException exception)
    {
        return exception.Message;
    }
}

class Underscore : nn.Module<Tensor, Tensor>
{
    private readonly Parameter _weight = new(ones(2));

    public Underscore() : base("scale") => register_parameter("weight", _weight);

    public override Tensor forward(Tensor x) => x * _weight;
}

class Named : nn.Module<Tensor, Tensor>
{
    [ComponentName(Name = "weight")]
    private readonly Parameter _weight = new(ones(2));

    public Named() : base("scale") => register_parameter("weight", _weight);

    public override Tensor forward(Tensor x) => x * _weight;
}
PROGRAM
dotnet build -c Release -v q -o out >build.log 2>&1 || { tail -n 20 build.log; exit 2; }
/usr/bin/python3 "$here/lib/weaken_glibcxx.py" out/libLibTorchSharp.so
out/p
