#!/usr/bin/env bash
# MPI.NET's Environment.Run takes a thread level and does not pass it on.
#
# Version     MPI.NET 1.4.0 on .NET 10, over MPICH 4.0.2 (libmpich12 4.0.2-3), Debian 12, amd64
# Guess       Environment.Run(ref args, threading, action) is the constructor Environment(ref args, threading), the
#             action, and Dispose: MPI is asked for the level that the caller named.
# Behaviour   It is the constructor without a level, which asks for Serialized. A program that calls MPI from several
#             threads at once and asks for Multiple through Run does not have it, whatever the MPI could give; one that
#             asks for Single gets more than it asked for. The constructor with a level passes it on.
# Output seen constructor, Multiple: Multiple               Run, Multiple: Serialized
#             constructor, Single: Single                   Run, Single: Serialized
# Hurts       whoever moves a program from the constructor to Run, which is shorter and ends MPI on errors. Here:
#             src/MiniCpmDist.Native/Mpi/MpiStart.cs calls the constructor.
#
# Needs the .NET 10 SDK, nuget.org or a mirror that the SDK knows, and libmpich.so.12 (apt-get install libmpich12).
# Ends with 1 if anything has changed.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf --one-file-system "$folder"' EXIT
cd "$folder"
export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1

cat >levels.csproj <<'END'
<Project Sdk="Microsoft.NET.Sdk">
  <PropertyGroup>
    <OutputType>Exe</OutputType>
    <TargetFramework>net10.0</TargetFramework>
    <ImplicitUsings>enable</ImplicitUsings>
  </PropertyGroup>
  <ItemGroup>
    <PackageReference Include="MPI.NET" Version="[1.4.0]" />
  </ItemGroup>
</Project>
END
cat >Program.cs <<'END'
using System.Runtime.InteropServices;
using MPI;

// MPICH has the binary interface of the msmpi.dll that MPI.NET was compiled for.
NativeLibrary.SetDllImportResolver(
    typeof(Unsafe).Assembly, (name, _, _) => name == "msmpi.dll" ? NativeLibrary.Load("libmpich.so.12") : 0);
string[]? none = null;
var level = Enum.Parse<MPI.Threading>(args[1]);
if (args[0] == "Run")
{
    MPI.Environment.Run(ref none, level, _ => Console.WriteLine(MPI.Environment.Threading));
}
else
{
    using var environment = new MPI.Environment(ref none, level);
    Console.WriteLine(MPI.Environment.Threading);
}
END
dotnet build -c Release -v quiet -o out >log 2>&1 || { tail -n 5 log; exit 1; }

status=0
expect() {
    local expected=$3 got
    got=$(timeout 60 out/levels "$1" "$2" 2>err) || got="failed: $(tail -n 1 err)"
    printf '%-24s %s\n' "$1, $2:" "$got"
    if [[ $got != "$expected" ]]; then
        printf '    expected %s\n' "$expected"
        status=1
    fi
}
expect constructor Multiple Multiple
expect constructor Single Single
expect Run Multiple Serialized
expect Run Single Serialized
exit "$status"
