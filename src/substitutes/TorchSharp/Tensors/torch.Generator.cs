using TorchSharp.Interop;

namespace TorchSharp;

public static partial class torch
{
    /// <summary>Seeds the process-wide generator of the CPU, and only that.</summary>
    public static Generator manual_seed(long seed)
    {
        NativeMethods.mcd_torch_generator_default_seed(unchecked((ulong)seed));
        return Generator.Default;
    }

    /// <summary>A source of random numbers on the CPU (mt19937). The default one is shared by the process.</summary>
    public class Generator : IDisposable
    {
        private static readonly Lazy<Generator> s_default = new(() => new Generator());

        private readonly GeneratorHandle? _handle;

        public Generator(ulong seed = 0, Device? device = null)
        {
            if (device is { type: not DeviceType.CPU })
                throw new NotSupportedException($"Expected a generator for the CPU, found {device}.");
            NativeMethods.mcd_torch_generator_create(seed, out _handle);
        }

        // The default generator needs no handle: every call that gets none uses it.
        private Generator() { }

        public static Generator Default => s_default.Value;

        public Device device { get; } = CPU;

        internal GeneratorHandle Native => _handle ?? GeneratorHandle.None;

        public Generator manual_seed(long seed)
        {
            if (_handle is null)
                NativeMethods.mcd_torch_generator_default_seed(unchecked((ulong)seed));
            else
                NativeMethods.mcd_torch_generator_seed(_handle, unchecked((ulong)seed));
            return this;
        }

        public long initial_seed()
        {
            using var borrowed = new Borrowed(_handle);
            NativeMethods.mcd_torch_generator_current_seed(borrowed.Handle, out var seed);
            return unchecked((long)seed);
        }

        public Tensor get_state()
        {
            using var borrowed = new Borrowed(_handle);
            NativeMethods.mcd_torch_generator_get_state(borrowed.Handle, out var state);
            return new Tensor(state);
        }

        public void set_state(Tensor value)
        {
            using var borrowed = new Borrowed(_handle);
            NativeMethods.mcd_torch_generator_set_state(borrowed.Handle, value.Native);
        }

        public void Dispose()
        {
            Dispose(true);
            GC.SuppressFinalize(this);
        }

        protected virtual void Dispose(bool disposing) => _handle?.Dispose();

        /// <summary>The generator's own handle, or for the default one a handle just for this call.</summary>
        private readonly ref struct Borrowed
        {
            private readonly bool _mine;

            public Borrowed(GeneratorHandle? handle)
            {
                _mine = handle is null;
                if (handle is null)
                    NativeMethods.mcd_torch_generator_default(out handle);
                Handle = handle;
            }

            public GeneratorHandle Handle { get; }

            public void Dispose()
            {
                if (_mine)
                    Handle.Dispose();
            }
        }
    }
}
