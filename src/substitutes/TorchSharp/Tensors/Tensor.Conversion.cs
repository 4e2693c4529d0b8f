using TorchSharp.Interop;

namespace TorchSharp;

public static partial class torch
{
    // Other types, other devices, copies. A result may share memory with its source, but is always an object of its
    // own.
    public partial class Tensor
    {
        public Tensor clone()
        {
            NativeMethods.mcd_torch_tensor_clone(Native, out var result);
            return new Tensor(result);
        }

        public Tensor to(ScalarType type, bool copy = false, bool disposeAfter = false, bool non_blocking = false) =>
            Convert(type, null, copy, disposeAfter, non_blocking);

        public Tensor to(Device device, bool copy = false, bool disposeAfter = false, bool non_blocking = false) =>
            Convert(null, device, copy, disposeAfter, non_blocking);

        public Tensor to(DeviceType deviceType, int deviceIndex = -1, bool copy = false, bool disposeAfter = false,
            bool non_blocking = false) =>
            Convert(null, new Device(deviceType, deviceIndex), copy, disposeAfter, non_blocking);

        public Tensor to(string device, bool copy = false, bool disposeAfter = false, bool non_blocking = false) =>
            Convert(null, new Device(device), copy, disposeAfter, non_blocking);

        public Tensor to(ScalarType type, Device device, bool copy = false, bool disposeAfter = false,
            bool non_blocking = false) => Convert(type, device, copy, disposeAfter, non_blocking);

        public Tensor to(Tensor other, bool non_blocking = false) =>
            Convert(other.dtype, other.device, false, false, non_blocking);

        public Tensor to_type(ScalarType type, bool copy = false, bool disposeAfter = false,
            bool non_blocking = false) =>
            Convert(type, null, copy, disposeAfter, non_blocking);

        public Tensor type(ScalarType dtype) => to_type(dtype);

        public Tensor type_as(Tensor tensor) => to_type(tensor.dtype);

        public Tensor @float() => to_type(ScalarType.Float32);

        public Tensor @double() => to_type(ScalarType.Float64);

        public Tensor bfloat16() => to_type(ScalarType.BFloat16);

        public Tensor half() => to_type(ScalarType.Float16);

        public Tensor @long() => to_type(ScalarType.Int64);

        public Tensor @int() => to_type(ScalarType.Int32);

        public Tensor @bool() => to_type(ScalarType.Bool);

        public Tensor cpu() => to(DeviceType.CPU);

        public Tensor cuda(Device? device = null, bool non_blocking = false) =>
            to(device ?? new Device(DeviceType.CUDA), non_blocking: non_blocking);

        /// <summary>Overwrites the values with those of <paramref name="source"/>, converting and
        /// broadcasting.</summary>
        public Tensor copy_(Tensor source, bool nonBlocking = false)
        {
            NativeMethods.mcd_torch_tensor_copy_(Native, source.Native, nonBlocking ? 1 : 0);
            return this;
        }

        /// <summary>
        /// Makes this tensor another name for the memory, shape and strides of <paramref name="source"/>. Under
        /// <see cref="no_grad"/> a leaf parameter stays a leaf.
        /// </summary>
        public Tensor set_(Tensor source)
        {
            NativeMethods.mcd_torch_tensor_set_(Native, source.Native);
            return this;
        }

        private Tensor Convert(ScalarType? type, Device? device, bool copy, bool disposeAfter, bool nonBlocking)
        {
            NativeMethods.mcd_torch_tensor_to(Native, Code(type), device is null ? -1 : (int)device.type,
                device?.index ?? -1, copy ? 1 : 0, nonBlocking ? 1 : 0, out var result);
            if (disposeAfter)
                Dispose();
            return new Tensor(result);
        }
    }
}
