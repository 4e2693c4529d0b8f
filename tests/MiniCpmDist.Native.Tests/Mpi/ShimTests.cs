using System.Reflection;
using System.Runtime.InteropServices;
using MiniCpmDist.Native.Loading;
using MiniCpmDist.Native.Mpi;

namespace MiniCpmDist.Native.Tests.Mpi;

/// <summary>The library that MPI.NET is given, by its exports.</summary>
public sealed class ShimTests
{
    // They take neither a handle nor a status, so Open MPI's own ones do.
    private static readonly string[] s_sameInOpenMpi =
    [
        "MPI_Dims_create", "MPI_Error_string", "MPI_Finalize", "MPI_Finalized", "MPI_Free_mem", "MPI_Initialized",
        "MPI_Is_thread_main", "MPI_Query_thread", "MPI_Wtick", "MPI_Wtime",
    ];

    private static readonly string s_path = Path.Combine(AppContext.BaseDirectory, "libmcd_msmpi.so");

    private static IEnumerable<string> FunctionsOfMpiNet =>
        from method in typeof(MPI.Unsafe).GetMethods(BindingFlags.Public | BindingFlags.Static)
        where method.GetCustomAttribute<DllImportAttribute>() is not null
        select method.Name;

    [Fact]
    public void Every_function_that_MPI_NET_names_is_found()
    {
        var library = NativeLibrary.Load(s_path);

        Assert.Equal(119, FunctionsOfMpiNet.Distinct().Count());
        Assert.All(FunctionsOfMpiNet, name => NativeLibrary.GetExport(library, name));
    }

    /// <summary>A handle that Open MPI took for an address would end the process.</summary>
    [Fact]
    public void Only_what_takes_no_handle_and_no_status_reaches_Open_MPI_untranslated()
    {
        Assert.SkipUnless(
            MpiWorld.LibraryVersion.StartsWith("Open MPI", StringComparison.Ordinal), "this MPI needs no translation");
        var library = NativeLibrary.Load(s_path);
        var untranslated = FunctionsOfMpiNet.Distinct().Order(StringComparer.Ordinal)
            .Where(name => FileOf(NativeLibrary.GetExport(library, name)) != s_path);

        Assert.Equal(s_sameInOpenMpi, untranslated);
    }

    [Fact]
    public void An_MPI_that_does_not_load_is_told_with_what_to_type()
    {
        using var folder = new TemporaryFolder();
        var path = folder.File("libmcd_msmpi.so");
        File.WriteAllText(path, "no library");
        File.Copy(Path.Combine(AppContext.BaseDirectory, "libmcd_mpi.so"), folder.File("libmcd_mpi.so"));

        var problem = Assert.Throws<DllNotFoundException>(() => NativeLibraries.LoadMpi(path));

        Assert.StartsWith(
            $"Expected the MPI that {path} was built with, found: {path}: file too short", problem.Message,
            StringComparison.Ordinal);
        Assert.Contains("apt-get install libopenmpi-dev", problem.Message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', problem.Message);
    }

    private static string? FileOf(nint address) =>
        dladdr(address, out var where) == 0 ? null : Marshal.PtrToStringUTF8(where.File);

    [DllImport("libc")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int dladdr(nint address, out Place place);

    private struct Place
    {
        public nint File;
        public nint Base;
        public nint SymbolName;
        public nint Symbol;
    }
}
