using System.Reflection;
using System.Runtime.InteropServices;

namespace MiniCpmDist.Native.Loading;

/// <summary>
/// Finds the shared objects of the bridge beside the executable and checks that they speak the ABI this assembly was
/// written against. Other assemblies with P/Invokes of their own call <see cref="Register"/> from a static constructor.
/// </summary>
public static partial class NativeLibraries
{
    /// <summary>The MPI library that MPI.NET loads here; its own name for it is <see cref="MpiOfWindows"/>.</summary>
    internal const string MpiLibrary = "mcd_msmpi";
    private const string MpiOfWindows = "msmpi.dll";
    private const string MpiBelow = "libmcd_mpi.so";
    private const int AbiVersion = 1;
    private static readonly Lock s_gate = new();
    private static readonly HashSet<Assembly> s_registered = [];

    static NativeLibraries() => Register(typeof(NativeLibraries).Assembly);

    /// <summary>Number of native objects handed out and not yet released, over all libraries of the bridge.</summary>
    public static long LiveObjects => mcd_common_live_objects();

    /// <summary>
    /// Routes the P/Invokes of <paramref name="assembly"/> to the bridge. Safe to call more than once.
    /// </summary>
    public static void Register(Assembly assembly)
    {
        lock (s_gate)
        {
            if (s_registered.Add(assembly))
                NativeLibrary.SetDllImportResolver(assembly, Resolve);
        }
    }

    internal static string LastError() => Marshal.PtrToStringUTF8(mcd_common_last_error()) ?? "unknown native error";

    private static IntPtr Resolve(string name, Assembly assembly, DllImportSearchPath? searchPath)
    {
        if (name == MpiOfWindows)
            name = MpiLibrary;
        if (!name.StartsWith("mcd_", StringComparison.Ordinal))
            return IntPtr.Zero;
        var path = Path.Combine(AppContext.BaseDirectory, $"lib{name}.so");
        if (!File.Exists(path))
            throw new DllNotFoundException(
                $"Expected the native bridge at {path}; it is not there. Rebuild with `dotnet build`.");
        // One OpenMP for all: libtorch brings its own, whose name in the loader is the system's.
        if (name is "mcd_torchext" or "mcd_kernels")
            LoadOpenMp(AppContext.BaseDirectory);
        var library = name == MpiLibrary ? LoadMpi(path) : NativeLibrary.Load(path);
        if (name == "mcd_common")
            RequireAbi(library);
        return library;
    }

    internal static IntPtr LoadMpi(string path)
    {
        try
        {
            // Open MPI calls some of its functions by their public names. Loaded before the library that exports the
            // same names with other types, it finds its own.
            NativeLibrary.Load(Path.Combine(Path.GetDirectoryName(path)!, MpiBelow));
            return NativeLibrary.Load(path);
        }
        catch (DllNotFoundException missing)
        {
            // The last line of .NET's message is the loader's, which names the missing file.
            var words = missing.Message.TrimEnd().Split('\n')[^1];
            throw new DllNotFoundException(
                $"Expected the MPI that {path} was built with, found: {words}. Type "
                + "`apt-get install libopenmpi-dev` (or libmpich-dev), or build for another one with "
                + "`dotnet build -p:MpiCompiler=PATH` of its mpicc.",
                missing);
        }
    }

    private static void LoadOpenMp(string folder)
    {
        foreach (var path in Directory.EnumerateFiles(folder, "libgomp-*.so*"))
            NativeLibrary.Load(path);
    }

    private static void RequireAbi(IntPtr common)
    {
        var read = Marshal.GetDelegateForFunctionPointer<ReadVersion>(
            NativeLibrary.GetExport(common, "mcd_common_abi_version"));
        var found = read();
        if (found != AbiVersion)
            throw new DllNotFoundException(
                $"Expected native bridge ABI {AbiVersion}, found {found}. Rebuild with `dotnet build`.");
    }

    [UnmanagedFunctionPointer(CallingConvention.Cdecl)]
    private delegate int ReadVersion();

    [LibraryImport("mcd_common")]
    private static partial IntPtr mcd_common_last_error();

    [LibraryImport("mcd_common")]
    private static partial long mcd_common_live_objects();
}
