using TorchSharp.Interop;

namespace TorchSharp;

public static partial class torch
{
    public static bool is_grad_enabled()
    {
        NativeMethods.mcd_torch_grad_mode_get(out var enabled);
        return enabled != 0;
    }

    public static bool is_inference_mode_enabled()
    {
        NativeMethods.mcd_torch_inference_mode_get(out var enabled);
        return enabled != 0;
    }

    /// <summary>Until disposed, what this thread computes is not recorded for a backward pass.</summary>
    public static IDisposable no_grad() => new GradModeScope(false);

    public static IDisposable enable_grad(bool enabled = true) => new GradModeScope(enabled);

    public static IDisposable set_grad_enabled(bool mode = true) => new GradModeScope(mode);

    /// <summary>Like <see cref="no_grad"/>, and the tensors made meanwhile can never be part of a graph.</summary>
    public static IDisposable inference_mode(bool mode = true) => new InferenceModeScope(mode);

    private sealed class GradModeScope : IDisposable
    {
        private readonly bool _before = is_grad_enabled();
        private bool _left;

        public GradModeScope(bool enabled) => NativeMethods.mcd_torch_grad_mode_set(enabled ? 1 : 0);

        public void Dispose()
        {
            if (_left)
                return;
            _left = true;
            NativeMethods.mcd_torch_grad_mode_set(_before ? 1 : 0);
        }
    }

    private sealed class InferenceModeScope : IDisposable
    {
        private IntPtr _guard;

        public InferenceModeScope(bool enabled) =>
            NativeMethods.mcd_torch_inference_mode_enter(enabled ? 1 : 0, out _guard);

        public void Dispose()
        {
            if (_guard == IntPtr.Zero)
                return;
            NativeMethods.mcd_torch_inference_mode_leave(_guard);
            _guard = IntPtr.Zero;
        }
    }
}
