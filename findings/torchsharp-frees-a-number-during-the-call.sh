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
# TorchSharp's library wants a newer C++ library than Debian 12 has, for one symbol that it never calls; the copy here is
# marked so that the loader lets that pass (flag 2, VER_FLG_WEAK, in the entry of GLIBCXX_3.4.32).
/usr/bin/python3 - out/libLibTorchSharp.so <<'PYTHON'
import os
import struct
import sys

path = sys.argv[1]
data = bytearray(open(path, "rb").read())
offset, size, count = struct.unpack_from("<Q", data, 40)[0], *struct.unpack_from("<HH", data, 58)
sections = [struct.unpack_from("<IIQQQQIIQQ", data, offset + i * size) for i in range(count)]
need = next(section for section in sections if section[1] == 0x6FFFFFFE)
names, at = sections[need[6]][4], need[4]
while True:
    _, entries, _, first, following = struct.unpack_from("<HHIII", data, at)
    entry = at + first
    for _ in range(entries):
        flags, name, skip = struct.unpack_from("<HHII", data, entry + 4)[0], *struct.unpack_from("<II", data, entry + 8)
        if data[names + name:].startswith(b"GLIBCXX_3.4.32\0"):
            struct.pack_into("<H", data, entry + 4, flags | 2)
        entry += skip
    if following == 0:
        break
    at += following
with open(path + ".new", "wb") as file:
    file.write(data)
os.rename(path + ".new", path)
PYTHON
if out/p; then
    printf 'as it was\n'
else
    printf 'not as it was: a number now lives as long as the call\n'
    exit 1
fi
