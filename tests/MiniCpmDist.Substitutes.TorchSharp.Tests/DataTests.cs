using TorchSharp;
using static TorchSharp.torch;

namespace MiniCpmDist.Substitutes.TorchSharp.Tests;

public class DataTests : NativeCounts
{
    [Fact]
    public void Tensors_copy_the_values_that_they_are_made_from()
    {
        using var _ = NewDisposeScope();
        var values = new float[] { 1, 2 };
        var t = tensor(values);
        values[0] = 9;
        t.AssertIs([1f, 2], 2);
        tensor(new float[,] { { 1, 2 }, { 3, 4 } }).AssertIs([1, 2, 3, 4], 2, 2);
        from_array(new long[,] { { 1 }, { 2 } }).AssertWhole([1, 2], 2, 1);
        tensor(new[] { 1, 2 }, dtype: float32).AssertIs([1f, 2], 2);
        tensor(new List<long> { 1, 2 }).AssertWhole([1, 2], 2);
        tensor(3.5f).AssertIs([3.5f]);
        zeros(0).AssertIs(Array.Empty<float>(), 0);
    }

    [Fact]
    public void Factories_make_the_shapes_and_types_asked_for()
    {
        using var _ = NewDisposeScope();
        Assert.Equal([2, 3], zeros(2, 3).shape);
        Assert.Equal([2, 3], zeros([2L, 3L]).shape);
        Assert.Equal([1, 2, 3, 4], ones(1, 2, 3, 4).shape);
        Assert.Equal(ScalarType.BFloat16, zeros(2, dtype: bfloat16).dtype);
        full(2, 2, 7).AssertIs([7, 7, 7, 7], 2, 2);
        arange(1, 7, 2).AssertWhole([1, 3, 5], 3);
        arange(0, 1, 0.5).AssertIs([0f, 0.5f], 2);
        linspace(0, 1, 3).AssertIs([0f, 0.5f, 1], 3);
        zeros_like(tensor(new long[] { 1 })).AssertWhole([0], 1);
        Assert.True(ones(2, requires_grad: true).requires_grad);
        Assert.Throws<NotSupportedException>(() => zeros(2, names: ["rows"]));
    }

    [Fact]
    public void Values_are_read_and_written_in_place_also_through_strides()
    {
        using var _ = NewDisposeScope();
        var t = arange(6, dtype: float32).view(2, 3);
        var window = t.t().data<float>();
        Assert.Equal([0f, 3, 1, 4, 2, 5], window.ToArray());
        Assert.Equal([0f, 3, 1, 4, 2, 5], window);
        window[2, 0] = 20;
        window.CopyFrom([30f], tensorIndex: 1);
        t.AssertIs([0, 1, 20, 30, 4, 5], 2, 3);
        Assert.Equal(new float[,] { { 0, 1, 20 }, { 30, 4, 5 } }, t.data<float>().ToNDArray());
        Assert.Throws<ArgumentOutOfRangeException>(() => window[3, 0]);
        Assert.Throws<ArgumentException>(() => t.data<long>());
    }

    [Fact]
    public void A_single_value_is_read_strictly_by_item_and_freely_by_conversion()
    {
        using var _ = NewDisposeScope();
        Assert.Equal(2.5f, tensor(2.5f).item<float>());
        Assert.Throws<ArgumentException>(() => tensor(2.5f).item<double>());
        Assert.Throws<ArgumentException>(() => zeros(2).item<float>());
        Assert.Equal(2.5, tensor(2.5f).ToDouble());
        Assert.Equal(2, tensor(2.5f).ToInt32());
        Assert.Equal(7L, (long)tensor(7));
        Assert.True((bool)tensor(true));
        Assert.Equal(1.5f, ones(1, dtype: bfloat16).mul(1.5).ToSingle());
        Assert.Equal(3.25, tensor(3.25).ToScalar().ToDouble());
    }

    [Fact]
    public void Bytes_are_the_memory_and_streams_carry_it()
    {
        using var _ = NewDisposeScope();
        var t = tensor(new float[] { 1, 2, 3 });
        t.bytes[3] = 0x40;
        Assert.Equal(BitConverter.ToSingle([0, 0, 0x80, 0x40]), t[0].ToSingle());
        using var stream = new MemoryStream();
        t.WriteBytesToStream(stream, bufferSize: 5);
        Assert.Equal(12, stream.Length);
        stream.Position = 0;
        var copy = empty(3);
        copy.ReadBytesFromStream(stream, bufferSize: 7);
        Assert.True(copy.Equals(t));
        Assert.Throws<InvalidOperationException>(() => zeros(2, 3).t().bytes.Length);
    }

    [Fact]
    public void Conversions_share_or_copy_as_asked()
    {
        using var _ = NewDisposeScope();
        var t = ones(2);
        t.to(float32).fill_(5);
        t.AssertIs([5f, 5], 2);
        t.to(float32, copy: true).fill_(6);
        t.clone().fill_(6);
        t.AssertIs([5f, 5], 2);
        t.to(int64).AssertWhole([5, 5], 2);
        t.type_as(tensor(1L)).AssertWhole([5, 5], 2);
        zeros(2).copy_(tensor(new long[] { 3, 4 })).AssertIs([3f, 4], 2);
    }

    [Fact]
    public void The_same_seed_gives_the_same_numbers()
    {
        using var _ = NewDisposeScope();
        manual_seed(7);
        var first = randn(8);
        manual_seed(7);
        Assert.True(randn(8).Equals(first));
        Assert.False(randn(8).Equals(first));
        using var generator = new Generator(7);
        Assert.True(randn([8L], generator: generator).Equals(first));
        using var state = generator.get_state();
        var next = rand([4L], generator: generator);
        generator.set_state(state);
        Assert.True(rand([4L], generator: generator).Equals(next));
        Assert.Equal(7, generator.initial_seed());
    }

    [Fact]
    public void Draws_stay_in_their_range()
    {
        using var _ = NewDisposeScope();
        var uniform = rand(1000);
        Assert.True((uniform >= 0).all().ToBoolean() && (uniform < 1).all().ToBoolean());
        var whole = randint(5, [1000L]);
        Assert.Equal(0, whole.min().ToInt64());
        Assert.Equal(4, whole.max().ToInt64());
        tensor(new float[] { 0, 1, 0 }).multinomial(1).AssertWhole([1], 1);
        Assert.Equal([0, 1, 2], randperm(3).data<long>().Order());
        Assert.InRange(empty(10000).normal_(2, 0.5).mean().ToSingle(), 1.95f, 2.05f);
    }
}
