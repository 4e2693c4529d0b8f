#!/usr/bin/env bash
# TorchSharp frees the number of `tensor.mul_(0.5)` while the multiplication is still going on.
#
# Version     TorchSharp 0.107.0, libtorch-cpu-linux-x64 2.10.0, .NET 10, amd64
# Guess       An argument lives until the call that it was given to returns.
# Behaviour   A number becomes a Scalar, an object with a finalizer. The methods of Tensor take its address out and call
#             libtorch with that; from then on nothing refers to the object, and the collector may finalize it, which
#             frees what libtorch has been given. Whether libtorch has read the number by then is a matter of luck: on a
#             busy machine a thread can be put aside between the two. Operators (`tensor * 0.5`) do the same inside, and
#             a DisposeScope does not help, because it holds tensors only. A `using` around the Scalar does.
# Output seen during the multiplication: the Scalar is gone; with using: it is there
# Hurts       trainings that allocate enough for the collector to run: another number than the one that was written, or
#             an error about a type of scalar that does not exist, once in a very long time. Here the collector is
#             called after libtorch has read the number, so nothing is read that was freed.
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
    <TieredCompilation>false</TieredCompilation>
  </PropertyGroup>
  <ItemGroup>
    <PackageReference Include="TorchSharp" Version="[0.107.0]" />
    <PackageReference Include="libtorch-cpu-linux-x64" Version="[2.10.0]" />
  </ItemGroup>
</Project>
PROJECT
cat >Program.cs <<'PROGRAM'
using System.Runtime.CompilerServices;
using TorchSharp;
using static TorchSharp.torch;

set_num_threads(1);
using var tensor = ones(200_000_000);
var gone = Look(() => Temporary());
var kept = Look(() => Kept());
Console.WriteLine($"during the multiplication: the Scalar is {gone}; with using: it is {kept}");
return (gone, kept) == ("gone", "there") ? 0 : 1;

// Collects while a multiplication goes on in this thread, and says what became of its Scalar.
string Look(Action multiply)
{
    Watch.Begin();
    var seen = "";
    var collector = new Thread(() =>
    {
        Watch.Begun.Wait();
        // The multiplication takes many times as long, and reads its number at the beginning.
        Thread.Sleep(5);
        GC.Collect();
        GC.WaitForPendingFinalizers();
        GC.Collect();
        var isThere = Watch.Scalar!.IsAlive;
        seen = Watch.IsOver ? "not looked at in time" : isThere ? "there" : "gone";
    });
    collector.Start();
    multiply();
    Watch.IsOver = true;
    collector.Join();
    return seen;
}

[MethodImpl(MethodImplOptions.NoInlining)]
void Temporary() => tensor.mul_(Watch.Make(0.5));

[MethodImpl(MethodImplOptions.NoInlining)]
void Kept()
{
    using var number = Watch.Make(2.0);
    tensor.mul_(number);
}

internal static class Watch
{
    public static readonly ManualResetEventSlim Begun = new();
    public static WeakReference? Scalar;
    public static volatile bool IsOver;

    public static void Begin() => (IsOver, Scalar) = (Reset(), null);

    [MethodImpl(MethodImplOptions.NoInlining)]
    public static Scalar Make(double value)
    {
        var scalar = value.ToScalar();
        Scalar = new WeakReference(scalar);
        Begun.Set();
        return scalar;
    }

    private static bool Reset()
    {
        Begun.Reset();
        return false;
    }
}
PROGRAM
dotnet build -c Release -v q -o out >build.log 2>&1 || { tail -n 20 build.log; exit 2; }
/usr/bin/python3 "$here/lib/weaken_glibcxx.py" out/libLibTorchSharp.so
if out/p; then
    printf 'as it was\n'
else
    printf 'not as it was: a number now lives as long as the call\n'
    exit 1
fi
