using TorchSharp.Interop;

namespace TorchSharp;

public static partial class torch
{
    // Functions of each element. A trailing underscore writes in place and returns this tensor.
    public partial class Tensor
    {
        public Tensor abs()
        {
            NativeMethods.mcd_torch_tensor_abs(Native, out var result);
            return new Tensor(result);
        }

        public Tensor ceil()
        {
            NativeMethods.mcd_torch_tensor_ceil(Native, out var result);
            return new Tensor(result);
        }

        public Tensor cos()
        {
            NativeMethods.mcd_torch_tensor_cos(Native, out var result);
            return new Tensor(result);
        }

        public Tensor erf()
        {
            NativeMethods.mcd_torch_tensor_erf(Native, out var result);
            return new Tensor(result);
        }

        public Tensor exp()
        {
            NativeMethods.mcd_torch_tensor_exp(Native, out var result);
            return new Tensor(result);
        }

        public Tensor expm1()
        {
            NativeMethods.mcd_torch_tensor_expm1(Native, out var result);
            return new Tensor(result);
        }

        public Tensor floor()
        {
            NativeMethods.mcd_torch_tensor_floor(Native, out var result);
            return new Tensor(result);
        }

        public Tensor log()
        {
            NativeMethods.mcd_torch_tensor_log(Native, out var result);
            return new Tensor(result);
        }

        public Tensor log1p()
        {
            NativeMethods.mcd_torch_tensor_log1p(Native, out var result);
            return new Tensor(result);
        }

        public Tensor log2()
        {
            NativeMethods.mcd_torch_tensor_log2(Native, out var result);
            return new Tensor(result);
        }

        public Tensor neg()
        {
            NativeMethods.mcd_torch_tensor_neg(Native, out var result);
            return new Tensor(result);
        }

        public Tensor reciprocal()
        {
            NativeMethods.mcd_torch_tensor_reciprocal(Native, out var result);
            return new Tensor(result);
        }

        public Tensor relu()
        {
            NativeMethods.mcd_torch_tensor_relu(Native, out var result);
            return new Tensor(result);
        }

        public Tensor rsqrt()
        {
            NativeMethods.mcd_torch_tensor_rsqrt(Native, out var result);
            return new Tensor(result);
        }

        public Tensor sigmoid()
        {
            NativeMethods.mcd_torch_tensor_sigmoid(Native, out var result);
            return new Tensor(result);
        }

        public Tensor sign()
        {
            NativeMethods.mcd_torch_tensor_sign(Native, out var result);
            return new Tensor(result);
        }

        public Tensor sin()
        {
            NativeMethods.mcd_torch_tensor_sin(Native, out var result);
            return new Tensor(result);
        }

        public Tensor sqrt()
        {
            NativeMethods.mcd_torch_tensor_sqrt(Native, out var result);
            return new Tensor(result);
        }

        public Tensor square()
        {
            NativeMethods.mcd_torch_tensor_square(Native, out var result);
            return new Tensor(result);
        }

        public Tensor tanh()
        {
            NativeMethods.mcd_torch_tensor_tanh(Native, out var result);
            return new Tensor(result);
        }

        public Tensor trunc()
        {
            NativeMethods.mcd_torch_tensor_trunc(Native, out var result);
            return new Tensor(result);
        }

        public Tensor abs_()
        {
            NativeMethods.mcd_torch_tensor_abs_(Native);
            return this;
        }

        public Tensor exp_()
        {
            NativeMethods.mcd_torch_tensor_exp_(Native);
            return this;
        }

        public Tensor log_()
        {
            NativeMethods.mcd_torch_tensor_log_(Native);
            return this;
        }

        public Tensor neg_()
        {
            NativeMethods.mcd_torch_tensor_neg_(Native);
            return this;
        }

        public Tensor relu_()
        {
            NativeMethods.mcd_torch_tensor_relu_(Native);
            return this;
        }

        public Tensor rsqrt_()
        {
            NativeMethods.mcd_torch_tensor_rsqrt_(Native);
            return this;
        }

        public Tensor sigmoid_()
        {
            NativeMethods.mcd_torch_tensor_sigmoid_(Native);
            return this;
        }

        public Tensor sqrt_()
        {
            NativeMethods.mcd_torch_tensor_sqrt_(Native);
            return this;
        }

        public Tensor tanh_()
        {
            NativeMethods.mcd_torch_tensor_tanh_(Native);
            return this;
        }

        public Tensor round(long decimals = 0)
        {
            NativeMethods.mcd_torch_tensor_round(Native, decimals, out var result);
            return new Tensor(result);
        }

        public Tensor silu()
        {
            NativeMethods.mcd_torch_tensor_silu(Native, out var result);
            return new Tensor(result);
        }

        public Tensor silu_()
        {
            NativeMethods.mcd_torch_tensor_silu_(Native);
            return this;
        }

        public Tensor gelu()
        {
            NativeMethods.mcd_torch_tensor_gelu(Native, out var result);
            return new Tensor(result);
        }

        public Tensor isfinite()
        {
            NativeMethods.mcd_torch_tensor_isfinite(Native, out var result);
            return new Tensor(result);
        }

        public Tensor isnan()
        {
            NativeMethods.mcd_torch_tensor_isnan(Native, out var result);
            return new Tensor(result);
        }

        public Tensor isinf()
        {
            NativeMethods.mcd_torch_tensor_isinf(Native, out var result);
            return new Tensor(result);
        }

        public Tensor clamp(Scalar? min = null, Scalar? max = null)
        {
            NativeMethods.mcd_torch_tensor_clamp(Native, Scalar.Optional(min), Scalar.Optional(max), out var result);
            return new Tensor(result);
        }

        public Tensor clamp_(Scalar? min = null, Scalar? max = null)
        {
            NativeMethods.mcd_torch_tensor_clamp_(Native, Scalar.Optional(min), Scalar.Optional(max));
            return this;
        }

        public Tensor zero_()
        {
            NativeMethods.mcd_torch_tensor_zero_(Native);
            return this;
        }

        public Tensor fill_(Scalar value)
        {
            NativeMethods.mcd_torch_tensor_fill_(Native, value.Native);
            return this;
        }
    }
}
