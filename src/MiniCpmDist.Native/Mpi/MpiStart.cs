using System.Text;
using MiniCpmDist.Native.Loading;

namespace MiniCpmDist.Native.Mpi;

/// <summary>
/// MPI.NET made ready for <see cref="MpiWorld"/>: its library found, MPI started, this host's ranks counted.
/// </summary>
internal static class MpiStart
{
    private const string Doing = "start MPI";
    // MPICH's limit is 8192, Open MPI's 256; for words of errors both have less.
    private const int LongestText = 8192;

    static MpiStart() => NativeLibraries.Register(typeof(MPI.Unsafe).Assembly);

    /// <summary>Starts MPI for calls from one thread. No arguments: MPI.NET does not end them with a zero.</summary>
    public static MPI.Intracommunicator World()
    {
        if (MPI.Environment.Initialized)
        {
            throw new NativeException(
                $"{Doing}: expected the first start of MPI in this process, found that it was started before",
                NativeException.BadArgumentStatus);
        }
        string[]? noArguments = null;
        // Its Dispose would end MPI and keep an error of that to itself: MpiWorld calls the function.
#pragma warning disable CA2000
        _ = new MPI.Environment(ref noArguments, MPI.Threading.Funneled);
#pragma warning restore CA2000
        if (MPI.Environment.Threading < MPI.Threading.Funneled)
        {
            throw new NativeException(
                $"{Doing}: expected an MPI built for MPI_THREAD_FUNNELED, found {MPI.Environment.Threading}");
        }
        RawBuffersOnly.Impose(MPI.Communicator.self);
        RawBuffersOnly.Impose(MPI.Communicator.world);
        return MPI.Communicator.world;
    }

    /// <summary>This rank's index among those of its host, and their number.</summary>
    public static (int Rank, int Size) PlaceOnHost()
    {
        var code = Interop.MPI_Comm_split_type(
            MPI.Unsafe.MPI_COMM_WORLD, Interop.TypeShared, 0, Interop.InfoNull, out var host);
        if (code != 0)
            throw new NativeException($"{Doing}: MPI_Comm_split_type: {Words(code)}");
        // It is disposed of here: a finalizer would free it on another thread, when the other ranks are somewhere else.
        using var ranks = MPI.Communicator.Adopt(host);
        RawBuffersOnly.Impose(ranks);
        return (ranks.Rank, ranks.Size);
    }

    /// <summary>MPI's own words for the code of an error.</summary>
    public static string Words(int code)
    {
        var text = new byte[LongestText];
        var length = text.Length;
        return MPI.Unsafe.MPI_Error_string(code, text, ref length) == 0
            ? Encoding.UTF8.GetString(text, 0, length)
            : $"MPI error {code}";
    }

    /// <summary>The first line of what the library says about itself.</summary>
    public static string LibraryVersion()
    {
        var text = new byte[LongestText];
        var code = Interop.MPI_Get_library_version(text, out var length);
        if (code != 0)
            throw new NativeException($"MPI version: MPI_Get_library_version: {Words(code)}");
        return Encoding.UTF8.GetString(text, 0, length).TrimEnd('\0').Split('\n')[0];
    }
}
