using TorchSharp.Interop;

namespace TorchSharp;

public static partial class torch
{
    // What a tensor is, without a look at its values.
    public partial class Tensor
    {
        public long[] shape
        {
            get
            {
                var sizes = new long[ndim];
                NativeMethods.mcd_torch_tensor_shape(Native, sizes, default);
                return sizes;
            }
        }

        public long ndim
        {
            get
            {
                NativeMethods.mcd_torch_tensor_dimensions(Native, out var result);
                return result;
            }
        }

        public long Dimensions => ndim;

        public long NumberOfElements => numel();

        public long ElementSize => element_size();

        public ScalarType dtype
        {
            get
            {
                NativeMethods.mcd_torch_tensor_dtype(Native, out var result);
                return (ScalarType)result;
            }
        }

        public Device device
        {
            get
            {
                NativeMethods.mcd_torch_tensor_device(Native, out var type, out var index);
                return new Device((DeviceType)type, index);
            }
        }

        public DeviceType device_type => device.type;

        public int device_index => device.index;

        public bool is_cuda => device_type == DeviceType.CUDA;

        public bool is_cpu() => device_type == DeviceType.CPU;

        public long dim() => ndim;

        public long numel()
        {
            NativeMethods.mcd_torch_tensor_numel(Native, out var result);
            return result;
        }

        public long element_size() => dtype.ElementSize();

        public long[] size() => shape;

        /// <summary>The length of one dimension; negative counts from the last.</summary>
        public long size(int dim) => At(shape, dim);

        public long[] stride()
        {
            var strides = new long[ndim];
            NativeMethods.mcd_torch_tensor_shape(Native, default, strides);
            return strides;
        }

        public long stride(int dim) => At(stride(), dim);

        /// <summary>Elements between the start of the storage and the first element.</summary>
        public long storage_offset()
        {
            NativeMethods.mcd_torch_tensor_storage_offset(Native, out var result);
            return result;
        }

        public bool is_floating_point() =>
            dtype is ScalarType.Float16 or ScalarType.BFloat16 or ScalarType.Float32 or ScalarType.Float64;

        public bool is_integral() =>
            dtype is ScalarType.Byte or ScalarType.Int8 or ScalarType.Int16 or ScalarType.Int32 or ScalarType.Int64 or
                ScalarType.Bool;

        public override string ToString() => IsInvalid
            ? "<disposed tensor>"
            : $"[{string.Join("x", shape)}], type = {dtype}, device = {device}";

        /// <summary>The length of a dimension, at least 1: no split has more parts.</summary>
        private int PartsAtMost(long dim) => (int)Math.Max(1, size((int)dim));

        private static long At(long[] values, int dim)
        {
            var index = dim < 0 ? dim + values.Length : dim;
            if (index < 0 || index >= values.Length)
            {
                throw new ArgumentOutOfRangeException(
                    nameof(dim), dim,
                    $"Expected a dimension from {-values.Length} to {values.Length - 1} "
                    + $"of a {values.Length}-dimensional tensor.");
            }
            return values[index];
        }
    }
}
