#!/usr/bin/env bash
# To MPI.NET a bool is an object for its serializer, and so is every struct with a bool in it.
#
# Version     MPI.NET 1.4.0 on .NET 10, over MPICH 4.0.2 (libmpich12 4.0.2-3), Debian 12, amd64
# Guess       Values go to MPI as they lie in memory, and classes through the serializer. So int, char, decimal, Guid
#             and structs of numbers need none, and neither does a bool, which is a byte.
# Behaviour   All of these but the bool. A bool goes through the serializer at both ends, and so does any struct that
#             has one among its fields: one flag more, and a message of a few bytes is whatever the serializer writes.
#             With the serializer that comes with MPI.NET it cannot be sent at all, because that is BinaryFormatter,
#             which .NET has no more.
# Output seen Int32: no calls                               Boolean: 2 calls
#             Guid: no calls                                Numbers and a flag: 2 calls
#             Numbers: no calls
# Hurts       whoever sends flags between ranks. src/MiniCpmDist.Native/Mpi sends bytes.
#
# Needs the .NET 10 SDK, nuget.org or a mirror that the SDK knows, and libmpich.so.12 (apt-get install libmpich12).
# Ends with 1 if anything has changed.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf --one-file-system "$folder"' EXIT
cd "$folder"
export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1

cat >flags.csproj <<'END'
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
using System.Text.Json;
using MPI;

// MPICH has the binary interface of the msmpi.dll that MPI.NET was compiled for.
NativeLibrary.SetDllImportResolver(
    typeof(Unsafe).Assembly, (name, _, _) => name == "msmpi.dll" ? NativeLibrary.Load("libmpich.so.12") : 0);
string[]? none = null;
using var environment = new MPI.Environment(ref none);
var counter = new Counter();
Communicator.world.SplitLargeObjects = false;
Communicator.world.Serialization.Serializer = counter;
SendToMyself("Int32", 1);
SendToMyself("Guid", Guid.Empty);
SendToMyself("Numbers", new Numbers { Step = 1, Loss = 2.5f });
SendToMyself("Boolean", true);
SendToMyself("Numbers and a flag", new NumbersAndFlag { Step = 1, Loss = 2.5f, IsLast = true });

void SendToMyself<T>(string what, T value)
{
    counter.Calls = 0;
    var request = Communicator.world.ImmediateSend(value, 0, 1);
    var arrived = Communicator.world.Receive<T>(0, 1);
    request.Wait();
    var same = Equals(arrived, value) ? "" : ", another value arrived";
    Console.WriteLine($"{what}: {(counter.Calls == 0 ? "no" : counter.Calls)} calls{same}");
}

struct Numbers
{
    public int Step { get; set; }
    public float Loss { get; set; }
}

struct NumbersAndFlag
{
    public int Step { get; set; }
    public float Loss { get; set; }
    public bool IsLast { get; set; }
}

class Counter : ISerializer
{
    public int Calls { get; set; }

    public void Serialize<T>(Stream stream, T value)
    {
        Calls++;
        JsonSerializer.Serialize(stream, value);
    }

    public T Deserialize<T>(Stream stream)
    {
        Calls++;
        using var copy = new MemoryStream();
        stream.CopyTo(copy);
        return JsonSerializer.Deserialize<T>(copy.ToArray())!;
    }
}
END
dotnet build -c Release -v quiet -o out >log 2>&1 || { tail -n 5 log; exit 1; }
timeout 60 out/flags >found 2>err || { tail -n 5 err; exit 1; }
cat found
diff - found <<'END'
Int32: no calls
Guid: no calls
Numbers: no calls
Boolean: 2 calls
Numbers and a flag: 2 calls
END
