using MiniCpmDist.Native.Kernels;
using MiniCpmDist.Native.Loading;

namespace MiniCpmDist.Native.Tests.Kernels;

public class HashTests
{
    private const int Count = 2 * VectorKernels.ChunkSize;

    [Fact]
    public void A_hash_has_the_bits_of_the_documented_steps()
    {
        using var array = new FloatArray(Numbers());

        Assert.Equal(AsDocumented(Numbers()), VectorKernels.Hash(array.Address, Count));
    }

    [Fact]
    public void Every_bit_of_every_element_is_in_it()
    {
        using var array = new FloatArray(Numbers());
        var hash = VectorKernels.Hash(array.Address, Count);

        for (var i = 0; i < Count; i += 7)
        {
            var bit = 1 << (i % 32);
            var value = array.Values[i];
            array.Values[i] = BitConverter.Int32BitsToSingle(BitConverter.SingleToInt32Bits(value) ^ bit);
            Assert.NotEqual(hash, VectorKernels.Hash(array.Address, Count));
            array.Values[i] = value;
        }
        Assert.Equal(hash, VectorKernels.Hash(array.Address, Count));
    }

    [Fact]
    public void Two_signs_and_two_elements_that_change_places_are_seen()
    {
        var values = Numbers();
        using var array = new FloatArray(values);
        var hash = VectorKernels.Hash(array.Address, Count);

        (array.Values[0], array.Values[64]) = (-values[0], -values[64]);
        Assert.NotEqual(hash, VectorKernels.Hash(array.Address, Count));
        (array.Values[0], array.Values[64]) = (values[64], values[0]);
        Assert.NotEqual(hash, VectorKernels.Hash(array.Address, Count));
        (array.Values[0], array.Values[64], array.Values[1], array.Values[2]) =
            (values[0], values[64], values[2], values[1]);
        Assert.NotEqual(hash, VectorKernels.Hash(array.Address, Count));
    }

    [Fact]
    public void A_count_that_is_no_multiple_of_a_chunk_is_refused()
    {
        using var array = new FloatArray(Numbers());

        Assert.Throws<NativeException>(() => VectorKernels.Hash(array.Address, Count - 1));
    }

    private static ulong AsDocumented(float[] values)
    {
        var lanes = Enumerable.Range(0, 64).Select(lane => (uint)lane).ToArray();
        for (var i = 0; i < values.Length; i++)
        {
            var mixed = lanes[i % 64] ^ BitConverter.SingleToUInt32Bits(values[i]);
            lanes[i % 64] = unchecked(uint.RotateLeft(mixed, 15) * 0x9E3779B1u);
        }
        return lanes.Aggregate(
            (ulong)values.Length, (hash, lane) => unchecked(ulong.RotateLeft(hash ^ lane, 31) * 0x9E3779B97F4A7C15ul));
    }

    private static float[] Numbers() => [.. Enumerable.Range(0, Count).Select(i => MathF.Sin(i))];
}
