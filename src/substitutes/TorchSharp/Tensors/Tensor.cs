using TorchSharp.Interop;

namespace TorchSharp;

public static partial class torch
{
    /// <summary>
    /// A reference to an n-dimensional array of libtorch. Dispose it; inside an open <see cref="DisposeScope"/> the
    /// scope does. Operations throw <see cref="System.Runtime.InteropServices.ExternalException"/> with libtorch's own
    /// message.
    /// </summary>
    public partial class Tensor : IDisposable
    {
        private TensorHandle _handle;

        internal Tensor(TensorHandle owned)
        {
            _handle = owned;
            DisposeScopeManager.Register(this);
        }

        /// <summary>The scope that will dispose this tensor, if any.</summary>
        internal DisposeScope? OwningScope { get; set; }

        /// <summary>The handle to pass to the bridge; throws when this tensor has been disposed.</summary>
        internal TensorHandle Native
        {
            get
            {
                ObjectDisposedException.ThrowIf(_handle.IsClosed || _handle.IsInvalid, this);
                return _handle;
            }
        }

        /// <summary>The heap <c>at::Tensor *</c>; it stays the property of this object.</summary>
        public IntPtr Handle => Native.DangerousGetHandle();

        /// <summary>True after disposal, or after the handle was given away.</summary>
        public bool IsInvalid => _handle.IsClosed || _handle.IsInvalid;

        /// <summary>Takes ownership of a heap <c>at::Tensor *</c>.</summary>
        public static Tensor UnsafeCreateTensor(IntPtr handle)
        {
            NativeMethods.mcd_torch_tensor_adopt(handle, +1);
            return new Tensor(new TensorHandle(handle));
        }

        /// <summary>Gives the heap <c>at::Tensor *</c> away: the caller releases it.</summary>
        public IntPtr DecoupleFromNativeHandle()
        {
            var handle = Take();
            var address = handle.DangerousGetHandle();
            handle.SetHandleAsInvalid();
            NativeMethods.mcd_torch_tensor_adopt(address, -1);
            return address;
        }

        public void Dispose()
        {
            Dispose(true);
            GC.SuppressFinalize(this);
        }

        protected virtual void Dispose(bool disposing)
        {
            if (!disposing)
                return;
            LeaveScope();
            _handle.Dispose();
        }

        /// <summary>Empties this object and hands its handle on, as a new parameter does with its source.</summary>
        internal TensorHandle Take()
        {
            var handle = Native;
            LeaveScope();
            _handle = new TensorHandle();
            _handle.SetHandleAsInvalid();
            return handle;
        }

        /// <summary>Swaps the handle below this object for another and disposes the old one.</summary>
        internal void Replace(TensorHandle handle)
        {
            _handle.Dispose();
            _handle = handle;
        }

        public Tensor DetachFromDisposeScope()
        {
            LeaveScope();
            return this;
        }

        public Tensor MoveToOuterDisposeScope()
        {
            OwningScope?.MoveToOuter(this);
            return this;
        }

        public Tensor MoveToOtherDisposeScope(DisposeScope? other)
        {
            LeaveScope();
            other?.Attach(this);
            return this;
        }

        public Tensor MoveToOtherDisposeScope(Tensor other) => MoveToOtherDisposeScope(other.OwningScope);

        private void LeaveScope() => OwningScope?.MarkAsDisposed(this);

        internal static TensorHandle Optional(Tensor? tensor) => tensor is null ? TensorHandle.None : tensor.Native;

        internal static GeneratorHandle Optional(Generator? generator) => generator?.Native ?? GeneratorHandle.None;

        internal static int Code(ScalarType? type) => type is { } value ? (int)value : -1;

        internal static Tensor[] Own(ReadOnlySpan<IntPtr> handles, int count)
        {
            var tensors = new Tensor[count];
            for (var i = 0; i < count; i++)
                tensors[i] = new Tensor(new TensorHandle(handles[i]));
            return tensors;
        }
    }
}
