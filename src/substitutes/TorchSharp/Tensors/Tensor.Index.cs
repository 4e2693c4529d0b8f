using TorchSharp.Interop;

namespace TorchSharp;

public static partial class torch
{
    // t[...]: reading makes a view where it can, writing broadcasts.
    public partial class Tensor
    {
        public Tensor this[params TensorIndex[] indices]
        {
            get => index(indices);
            set => index_put_(value, indices);
        }

        public Tensor this[params Tensor[] indices]
        {
            get => index(indices);
            set => index_put_(value, indices);
        }

        public Tensor this[long i1]
        {
            get => index(Positions(i1));
            set => index_put_(value, Positions(i1));
        }

        public Tensor this[long i1, long i2]
        {
            get => index(Positions(i1, i2));
            set => index_put_(value, Positions(i1, i2));
        }

        public Tensor this[long i1, long i2, long i3]
        {
            get => index(Positions(i1, i2, i3));
            set => index_put_(value, Positions(i1, i2, i3));
        }

        public Tensor this[long i1, long i2, long i3, long i4]
        {
            get => index(Positions(i1, i2, i3, i4));
            set => index_put_(value, Positions(i1, i2, i3, i4));
        }

        public Tensor index(params TensorIndex[] indices)
        {
            var native = Array.ConvertAll(indices, index => index.Native);
            NativeMethods.mcd_torch_tensor_index(Native, native, native.Length, out var result);
            GC.KeepAlive(indices);
            return new Tensor(result);
        }

        public Tensor index(params Tensor[] indices) => index(Array.ConvertAll(indices, TensorIndex.Tensor));

        public Tensor index_put_(Tensor value, params TensorIndex[] indices)
        {
            var native = Array.ConvertAll(indices, index => index.Native);
            NativeMethods.mcd_torch_tensor_index_put_(Native, native, native.Length, value.Native);
            GC.KeepAlive(indices);
            return this;
        }

        public Tensor index_put_(Tensor value, params Tensor[] indices) =>
            index_put_(value, Array.ConvertAll(indices, TensorIndex.Tensor));

        public Tensor index_put_(Scalar value, params TensorIndex[] indices)
        {
            using var filled = full([], value, dtype, device);
            return index_put_(filled, indices);
        }

        private static TensorIndex[] Positions(params long[] positions) =>
            Array.ConvertAll(positions, position => TensorIndex.Single(position));
    }
}
