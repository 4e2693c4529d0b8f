using TorchSharp.Interop;

namespace TorchSharp;

public static partial class torch
{
    // Products of matrices and vectors.
    public partial class Tensor
    {
        public Tensor matmul(Tensor target)
        {
            NativeMethods.mcd_torch_tensor_matmul(Native, target.Native, out var result);
            return new Tensor(result);
        }

        public Tensor mm(Tensor target)
        {
            NativeMethods.mcd_torch_tensor_mm(Native, target.Native, out var result);
            return new Tensor(result);
        }

        public Tensor bmm(Tensor batch2)
        {
            NativeMethods.mcd_torch_tensor_bmm(Native, batch2.Native, out var result);
            return new Tensor(result);
        }

        public Tensor mv(Tensor target)
        {
            NativeMethods.mcd_torch_tensor_mv(Native, target.Native, out var result);
            return new Tensor(result);
        }

        public Tensor dot(Tensor target)
        {
            NativeMethods.mcd_torch_tensor_dot(Native, target.Native, out var result);
            return new Tensor(result);
        }

        public Tensor outer(Tensor vec2)
        {
            NativeMethods.mcd_torch_tensor_outer(Native, vec2.Native, out var result);
            return new Tensor(result);
        }

        public Tensor addmm(Tensor mat1, Tensor mat2, float beta = 1, float alpha = 1)
        {
            NativeMethods.mcd_torch_tensor_addmm(Native, mat1.Native, mat2.Native, beta, alpha, out var result);
            return new Tensor(result);
        }

        public Tensor addmm_(Tensor mat1, Tensor mat2, float beta = 1, float alpha = 1)
        {
            NativeMethods.mcd_torch_tensor_addmm_(Native, mat1.Native, mat2.Native, beta, alpha);
            return this;
        }

        public Tensor baddbmm(Tensor batch1, Tensor batch2, float beta = 1, float alpha = 1)
        {
            NativeMethods.mcd_torch_tensor_baddbmm(Native, batch1.Native, batch2.Native, beta, alpha, out var result);
            return new Tensor(result);
        }
    }
}
