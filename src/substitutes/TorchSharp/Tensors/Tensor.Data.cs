using System.Runtime.CompilerServices;
using TorchSharp.Interop;
using TorchSharp.Utils;

namespace TorchSharp;

public static partial class torch
{
    // The values themselves, from managed code. All of it needs a tensor on the CPU.
    public partial class Tensor
    {
        /// <summary>A window on the values; <typeparamref name="T"/> must be the tensor's element type.</summary>
        public TensorAccessor<T> data<T>() where T : unmanaged
        {
            RequireCpu();
            RequireElement<T>(dtype);
            return new TensorAccessor<T>(this);
        }

        /// <summary>The only value of a tensor of one element, strictly of type <typeparamref name="T"/>.</summary>
        public T item<T>() where T : unmanaged
        {
            RequireOneElement();
            RequireElement<T>(dtype);
            using var here = OnCpu();
            return Unsafe.ReadUnaligned<T>(ref here.FirstByte());
        }

        /// <summary>The memory of a contiguous tensor, at most 2 GiB.</summary>
        public Span<byte> bytes
        {
            get
            {
                RequireCpu();
                if (!is_contiguous())
                    throw new InvalidOperationException(
                        "Expected a contiguous tensor, found strides: call contiguous().");
                return Memory(checked((int)(numel() * element_size())));
            }
            set
            {
                var target = bytes;
                if (value.Length != target.Length)
                    throw new ArgumentException($"Expected {target.Length} bytes, found {value.Length}.",
                        nameof(value));
                value.CopyTo(target);
            }
        }

        /// <summary>Writes the elements in row order, in the machine's byte order.</summary>
        public void WriteBytesToStream(Stream stream, int bufferSize = 1024)
        {
            using var here = OnCpu();
            using var flat = here.contiguous();
            var remaining = flat.numel() * flat.element_size();
            for (var offset = 0L; remaining > 0;)
            {
                var piece = (int)Math.Min(remaining, bufferSize);
                stream.Write(flat.Memory(piece, offset));
                offset += piece;
                remaining -= piece;
            }
        }

        /// <summary>Fills a contiguous tensor with what <see cref="WriteBytesToStream"/> wrote.</summary>
        public void ReadBytesFromStream(Stream stream, int bufferSize = 1024)
        {
            RequireCpu();
            if (!is_contiguous())
                throw new InvalidOperationException("Expected a contiguous tensor to read into, found strides.");
            var remaining = numel() * element_size();
            for (var offset = 0L; remaining > 0;)
            {
                var piece = (int)Math.Min(remaining, bufferSize);
                stream.ReadExactly(Memory(piece, offset));
                offset += piece;
                remaining -= piece;
            }
        }

        /// <summary>The value of a tensor of one element, as a number that fits its type.</summary>
        public Scalar ToScalar() => dtype switch
        {
            ScalarType.Bool => this.ToBoolean(),
            _ when is_floating_point() => this.ToDouble(),
            _ => this.ToInt64(),
        };

        internal IntPtr Address()
        {
            NativeMethods.mcd_torch_tensor_data(Native, out var address);
            return address;
        }

        internal unsafe Span<byte> Memory(int length, long offset = 0) =>
            length == 0 ? [] : new Span<byte>((byte*)Address() + offset, length);

        internal void RequireOneElement()
        {
            if (numel() != 1)
                throw new ArgumentException($"Expected a tensor with one element, found {this}.");
        }

        internal Tensor OnCpu() => to(DeviceType.CPU);

        private unsafe ref byte FirstByte() => ref Unsafe.AsRef<byte>((void*)Address());

        private void RequireCpu()
        {
            if (device_type != DeviceType.CPU)
                throw new InvalidOperationException($"Expected a tensor on the CPU, found {this}. Call cpu() first.");
        }
    }
}
