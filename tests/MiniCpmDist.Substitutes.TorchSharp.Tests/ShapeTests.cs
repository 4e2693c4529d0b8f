using TorchSharp;
using static TorchSharp.torch;

namespace MiniCpmDist.Substitutes.TorchSharp.Tests;

public class ShapeTests : NativeCounts
{
    private static Tensor Six() => arange(6, dtype: float32).view(2, 3);

    [Fact]
    public void A_tensor_knows_its_shape_type_and_strides()
    {
        using var _ = NewDisposeScope();
        var t = Six().t();
        Assert.Equal([3, 2], t.shape);
        Assert.Equal([1, 3], t.stride());
        Assert.Equal(2, t.size(-1));
        Assert.Equal(2, t.ndim);
        Assert.Equal(6, t.numel());
        Assert.Equal(4, t.element_size());
        Assert.False(t.is_contiguous());
        Assert.True(t.contiguous().is_contiguous());
        Assert.Equal(DeviceType.CPU, t.device.type);
        Assert.Equal(2, Six().narrow(1, 2, 1).storage_offset());
        Assert.Throws<ArgumentOutOfRangeException>(() => t.size(2));
    }

    [Fact]
    public void Views_rearrange_without_copying()
    {
        using var _ = NewDisposeScope();
        var six = Six();
        six.transpose(0, 1).AssertIs([0, 3, 1, 4, 2, 5], 3, 2);
        six.view(3, 2).AssertIs([0, 1, 2, 3, 4, 5], 3, 2);
        six.reshape(-1).AssertIs([0, 1, 2, 3, 4, 5], 6);
        six.view(1, 2, 3).permute(2, 0, 1).AssertIs([0, 3, 1, 4, 2, 5], 3, 1, 2);
        six.flatten().AssertIs([0, 1, 2, 3, 4, 5], 6);
        six.select(0, 1).AssertIs([3, 4, 5], 3);
        six.narrow(1, 1, 2).AssertIs([1, 2, 4, 5], 2, 2);
        six.slice(1, 0, 3, 2).AssertIs([0, 2, 3, 5], 2, 2);
        six.unsqueeze(1).squeeze().AssertIs([0, 1, 2, 3, 4, 5], 2, 3);
        six.select(1, 0).unsqueeze(-1).expand(2, 2).AssertIs([0, 0, 3, 3], 2, 2);
        six.narrow(0, 0, 1).fill_(9);
        six.AssertIs([9, 9, 9, 3, 4, 5], 2, 3);
    }

    [Fact]
    public void Splitting_and_joining_are_inverse()
    {
        using var _ = NewDisposeScope();
        Assert.Equal([2, 2, 1], arange(5).split(2).Select(part => part.numel()));
        Assert.Equal([1, 4], arange(5).split([1L, 4L], 0L).Select(part => part.numel()));
        Assert.Equal([3, 2], arange(5).chunk(2).Select(part => part.numel()));
        cat(arange(5).split(2)).AssertWhole([0, 1, 2, 3, 4], 5);
        cat([Six(), Six()], 1).AssertIs([0, 1, 2, 0, 1, 2, 3, 4, 5, 3, 4, 5], 2, 6);
        stack(Six().unbind(1), 1).AssertIs([0, 1, 2, 3, 4, 5], 2, 3);
    }

    [Fact]
    public void Triangles_repeats_and_flips_place_values_where_expected()
    {
        using var _ = NewDisposeScope();
        ones(3, 3).tril().AssertIs([1, 0, 0, 1, 1, 0, 1, 1, 1], 3, 3);
        ones(2, 2).triu(1).AssertIs([0, 1, 0, 0], 2, 2);
        arange(2).repeat(2, 1).AssertWhole([0, 1, 0, 1], 2, 2);
        arange(2).repeat_interleave(2).AssertWhole([0, 0, 1, 1], 4);
        arange(3).flip(0).AssertWhole([2, 1, 0], 3);
        eye(2).AssertIs([1, 0, 0, 1], 2, 2);
    }

    [Fact]
    public void Indexing_takes_positions_slices_ellipsis_new_axes_and_tensors()
    {
        using var _ = NewDisposeScope();
        var t = arange(24, dtype: float32).view(2, 3, 4);
        t[1, 2, 3].AssertIs([23f]);
        t[1].sum().AssertIs([210f]);
        t[TensorIndex.Ellipsis, TensorIndex.Single(-1)].AssertIs([3, 7, 11, 15, 19, 23], 2, 3);
        t[TensorIndex.Colon, TensorIndex.Slice(1, null, 2), TensorIndex.Single(0)].AssertIs([4, 16], 2, 1);
        t[TensorIndex.None, TensorIndex.Single(0), TensorIndex.Single(0)].AssertIs([0, 1, 2, 3], 1, 4);
        t[.., 1.., ^1].AssertIs([7, 11, 19, 23], 2, 2);
        t[TensorIndex.Tensor(tensor(new long[] { 1, 0 })), TensorIndex.Single(0), TensorIndex.Single(0)].AssertIs([12,
            0], 2);
        t[t > 21].AssertIs([22, 23], 2);
        t[0, 0, 0] = tensor(100f);
        t[TensorIndex.Single(1), TensorIndex.Ellipsis] = zeros(3, 4);
        Assert.Equal(100 + Enumerable.Range(1, 11).Sum(), t.sum().ToInt32());
    }

    [Fact]
    public void Gather_scatter_and_index_operations_move_values_by_index()
    {
        using var _ = NewDisposeScope();
        var ids = tensor(new long[] { 2, 0 });
        Six().gather(1, ids.view(2, 1)).AssertIs([2, 3], 2, 1);
        Six().index_select(1, ids).AssertIs([2, 0, 5, 3], 2, 2);
        zeros(3).index_add_(0, tensor(new long[] { 1, 1 }), tensor(new float[] { 2, 3 }), 2).AssertIs([0, 10, 0], 3);
        zeros(3).index_copy_(0, ids, tensor(new float[] { 2, 3 })).AssertIs([3, 0, 2], 3);
        zeros(3).scatter_(0, ids, tensor(new float[] { 7, 8 })).AssertIs([8, 0, 7], 3);
        zeros(3).scatter_add_(0, tensor(new long[] { 1, 1 }), tensor(new float[] { 7, 8 })).AssertIs([0, 15, 0], 3);
        Six().masked_select(Six() > 3).AssertIs([4f, 5], 2);
    }
}
