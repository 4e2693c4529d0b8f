using System.Runtime.InteropServices;
using TorchSharp.Interop;

namespace TorchSharp;

/// <summary>Tensors, and the functions over them. See README.md for what is here and what is not.</summary>
public static partial class torch
{
    private static Device? s_defaultDevice;

    /// <summary>The version of the libtorch that the bridge was compiled for.</summary>
    public static string __version__
    {
        get
        {
            NativeMethods.mcd_torch_library_version(out var version);
            return Marshal.PtrToStringUTF8(version)!;
        }
    }

    /// <summary>Opens a scope that disposes the tensors created on this thread until it closes.</summary>
    public static DisposeScope NewDisposeScope() => DisposeScopeManager.Open();

    /// <summary>Runs an expression in a scope of its own; only its result survives.</summary>
    public static Tensor WrappedTensorDisposeScope(Func<Tensor> expr)
    {
        using var scope = NewDisposeScope();
        return expr().MoveToOuterDisposeScope();
    }

    /// <summary>Where factories make tensors if nothing else is said: the CPU at first.</summary>
    public static Device get_default_device() => s_defaultDevice ?? CPU;

    /// <summary>Of the whole process.</summary>
    public static void set_default_device(Device device) => s_defaultDevice = device;

    public static void set_default_device(string device) => set_default_device(new Device(device));

    /// <summary>Threads within one operation.</summary>
    public static int get_num_threads()
    {
        NativeMethods.mcd_torch_threads_get(out var threads);
        return threads;
    }

    public static void set_num_threads(int num) => NativeMethods.mcd_torch_threads_set(num);
}
