using TorchSharp.Interop;

namespace TorchSharp;

public static partial class torch
{
    /// <summary>One of the indices in <c>t[...]</c>: a position, a slice, a new axis, the ellipsis, or a
    /// tensor.</summary>
    public struct TensorIndex
    {
        /// <summary>All axes that the other indices leave over.</summary>
        public static readonly TensorIndex Ellipsis = new() { _kind = NativeIndex.EllipsisKind };

        /// <summary>A new axis of length 1.</summary>
        public static readonly TensorIndex None;

        /// <summary>A new axis of length 1.</summary>
        public static readonly TensorIndex Null;

        /// <summary>The whole axis.</summary>
        public static readonly TensorIndex Colon = Slice();

        private int _kind;
        private long _start;
        private long _stop;
        private long _step;
        private torch.Tensor? _tensor;

        public static TensorIndex Slice(long? start = null, long? stop = null, long? step = null) => new()
        {
            _kind = NativeIndex.SliceKind,
            _start = start ?? long.MinValue,
            _stop = stop ?? long.MaxValue,
            _step = step ?? 1,
        };

        public static TensorIndex Slice((int? start, int? end) range) => Slice(range.start, range.end);

        public static TensorIndex Slice(Range range) => Slice(Position(range.Start), End(range.End));

        public static TensorIndex Bool(bool value) => new() { _kind = NativeIndex.BoolKind, _start = value ? 1 : 0 };

        public static TensorIndex Single(long? index) =>
            index is { } position ? new() { _kind = NativeIndex.IntegerKind, _start = position } : None;

        public static TensorIndex Tensor(torch.Tensor tensor) =>
            new() { _kind = NativeIndex.TensorKind, _tensor = tensor };

        public static implicit operator TensorIndex(long value) => Single(value);

        public static implicit operator TensorIndex(Index index) => Single(Position(index));

        public static implicit operator TensorIndex(Range range) => Slice(range);

        public static implicit operator TensorIndex((int? start, int? end) range) => Slice(range);

        internal readonly NativeIndex Native => new()
        {
            Kind = _kind,
            Start = _start,
            Stop = _stop,
            Step = _step,
            Tensor = _tensor?.Handle ?? IntPtr.Zero,
        };

        private static long Position(Index index) => index.IsFromEnd ? -index.Value : index.Value;

        // ^0 is the end itself, for which there is no negative number.
        private static long? End(Index index) => index is { IsFromEnd: true, Value: 0 } ? null : Position(index);
    }
}
