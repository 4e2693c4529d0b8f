using TorchSharp.Interop;

namespace TorchSharp;

public static partial class torch
{
    // Arithmetic and comparison, element by element with broadcasting.
    public partial class Tensor
    {
        public static Tensor operator +(Tensor left, Tensor right) => left.add(right);

        public static Tensor operator +(Tensor left, Scalar right) => left.add(right);

        public static Tensor operator +(Tensor left, float right) => left.add((Scalar)right);

        public static Tensor operator +(Tensor left, double right) => left.add((Scalar)right);

        public static Tensor operator +(Tensor left, int right) => left.add((Scalar)right);

        public static Tensor operator +(Tensor left, long right) => left.add((Scalar)right);

        public static Tensor operator +(Scalar left, Tensor right) => right.add(left);

        public static Tensor operator +(float left, Tensor right) => right.add((Scalar)left);

        public static Tensor operator +(double left, Tensor right) => right.add((Scalar)left);

        public static Tensor operator +(int left, Tensor right) => right.add((Scalar)left);

        public static Tensor operator +(long left, Tensor right) => right.add((Scalar)left);

        public static Tensor operator -(Tensor left, Tensor right) => left.sub(right);

        public static Tensor operator -(Tensor left, Scalar right) => left.sub(right);

        public static Tensor operator -(Tensor left, float right) => left.sub((Scalar)right);

        public static Tensor operator -(Tensor left, double right) => left.sub((Scalar)right);

        public static Tensor operator -(Tensor left, int right) => left.sub((Scalar)right);

        public static Tensor operator -(Tensor left, long right) => left.sub((Scalar)right);

        public static Tensor operator -(Scalar left, Tensor right) => Against(left, right, Subtract);

        public static Tensor operator -(float left, Tensor right) => Against((Scalar)left, right, Subtract);

        public static Tensor operator -(double left, Tensor right) => Against((Scalar)left, right, Subtract);

        public static Tensor operator -(int left, Tensor right) => Against((Scalar)left, right, Subtract);

        public static Tensor operator -(long left, Tensor right) => Against((Scalar)left, right, Subtract);

        public static Tensor operator *(Tensor left, Tensor right) => left.mul(right);

        public static Tensor operator *(Tensor left, Scalar right) => left.mul(right);

        public static Tensor operator *(Tensor left, float right) => left.mul((Scalar)right);

        public static Tensor operator *(Tensor left, double right) => left.mul((Scalar)right);

        public static Tensor operator *(Tensor left, int right) => left.mul((Scalar)right);

        public static Tensor operator *(Tensor left, long right) => left.mul((Scalar)right);

        public static Tensor operator *(Scalar left, Tensor right) => right.mul(left);

        public static Tensor operator *(float left, Tensor right) => right.mul((Scalar)left);

        public static Tensor operator *(double left, Tensor right) => right.mul((Scalar)left);

        public static Tensor operator *(int left, Tensor right) => right.mul((Scalar)left);

        public static Tensor operator *(long left, Tensor right) => right.mul((Scalar)left);

        public static Tensor operator /(Tensor left, Tensor right) => left.div(right);

        public static Tensor operator /(Tensor left, Scalar right) => left.div(right);

        public static Tensor operator /(Tensor left, float right) => left.div((Scalar)right);

        public static Tensor operator /(Tensor left, double right) => left.div((Scalar)right);

        public static Tensor operator /(Tensor left, int right) => left.div((Scalar)right);

        public static Tensor operator /(Tensor left, long right) => left.div((Scalar)right);

        public static Tensor operator /(Scalar left, Tensor right) => Against(left, right, Divide);

        public static Tensor operator /(float left, Tensor right) => Against((Scalar)left, right, Divide);

        public static Tensor operator /(double left, Tensor right) => Against((Scalar)left, right, Divide);

        public static Tensor operator /(int left, Tensor right) => Against((Scalar)left, right, Divide);

        public static Tensor operator /(long left, Tensor right) => Against((Scalar)left, right, Divide);

        public static Tensor operator %(Tensor left, Tensor right) => left.remainder(right);

        public static Tensor operator %(Tensor left, Scalar right) => left.remainder(right);

        public static Tensor operator %(Tensor left, float right) => left.remainder((Scalar)right);

        public static Tensor operator %(Tensor left, double right) => left.remainder((Scalar)right);

        public static Tensor operator %(Tensor left, int right) => left.remainder((Scalar)right);

        public static Tensor operator %(Tensor left, long right) => left.remainder((Scalar)right);

        public static Tensor operator -(Tensor tensor) => tensor.neg();

        public static Tensor operator ~(Tensor left) => left.bitwise_not();

        public static Tensor operator &(Tensor left, Tensor right) => left.bitwise_and(right);

        public static Tensor operator |(Tensor left, Tensor right) => left.bitwise_or(right);

        public static Tensor operator ^(Tensor left, Tensor right) => left.bitwise_xor(right);

        public static Tensor operator ==(Tensor left, Tensor right) => left.eq(right);

        public static Tensor operator ==(Tensor left, Scalar right) => left.eq(right);

        public static Tensor operator ==(Scalar left, Tensor right) => right.eq(left);

        public static Tensor operator !=(Tensor left, Tensor right) => left.ne(right);

        public static Tensor operator !=(Tensor left, Scalar right) => left.ne(right);

        public static Tensor operator !=(Scalar left, Tensor right) => right.ne(left);

        public static Tensor operator <(Tensor left, Tensor right) => left.lt(right);

        public static Tensor operator <(Tensor left, Scalar right) => left.lt(right);

        public static Tensor operator <(Scalar left, Tensor right) => right.gt(left);

        public static Tensor operator <=(Tensor left, Tensor right) => left.le(right);

        public static Tensor operator <=(Tensor left, Scalar right) => left.le(right);

        public static Tensor operator <=(Scalar left, Tensor right) => right.ge(left);

        public static Tensor operator >(Tensor left, Tensor right) => left.gt(right);

        public static Tensor operator >(Tensor left, Scalar right) => left.gt(right);

        public static Tensor operator >(Scalar left, Tensor right) => right.lt(left);

        public static Tensor operator >=(Tensor left, Tensor right) => left.ge(right);

        public static Tensor operator >=(Tensor left, Scalar right) => left.ge(right);

        public static Tensor operator >=(Scalar left, Tensor right) => right.le(left);

        public override bool Equals(object? obj) => obj is Tensor other && Equals(other);

        /// <summary>The same type, shape and values.</summary>
        public bool Equals(Tensor target)
        {
            if (ReferenceEquals(this, target))
                return true;
            if (IsInvalid || target.IsInvalid || dtype != target.dtype || !shape.SequenceEqual(target.shape))
                return false;
            using var same = eq(target);
            using var all = same.all();
            return all.ToBoolean();
        }

        // By identity: values change under a tensor that sits in a dictionary.
        public override int GetHashCode() => System.Runtime.CompilerServices.RuntimeHelpers.GetHashCode(this);

        // 1 - t and 1 / t have no function of their own: the number becomes a tensor without dimensions, which libtorch
        // treats like a number when it chooses the type of the result.
        private static Tensor Against(Scalar left, Tensor right, Func<Tensor, Tensor, Tensor> operation)
        {
            using var number = full([], left, NumberType(left, right), right.device);
            return operation(number, right);
        }

        private static Tensor Subtract(Tensor left, Tensor right) => left.sub(right);

        private static Tensor Divide(Tensor left, Tensor right) => left.div(right);

        private static ScalarType NumberType(Scalar number, Tensor other) => number.Native.Kind switch
        {
            NativeScalar.IntegerKind => ScalarType.Int64,
            NativeScalar.BoolKind => ScalarType.Bool,
            // A double against a double keeps its digits; against anything else it must not widen the result.
            _ => other.dtype == ScalarType.Float64 ? ScalarType.Float64 : ScalarType.Float32,
        };
    }
}
