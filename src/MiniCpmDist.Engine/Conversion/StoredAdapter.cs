using System.Numerics;

namespace MiniCpmDist.Engine.Conversion;

/// <summary>A low-rank adapter in a PEFT folder, which is added to a matrix when this is read.</summary>
/// <param name="Down">A, <c>[rank, in]</c>.</param>
/// <param name="Up">B, <c>[out, rank]</c>.</param>
/// <param name="Scale">Factor on B · A.</param>
internal sealed record StoredAdapter(StoredTensor Down, StoredTensor Up, double Scale)
{
    /// <summary>Reads both; the result adds scale · B · A to elements of the matrix, from the first one on.</summary>
    public Action<long, Span<float>> Open()
    {
        var (down, up) = (Down.ReadAll(), Up.ReadAll());
        var (rank, columns) = ((int)Down.Entry.Shape[0], (int)Down.Entry.Shape[1]);
        var difference = new float[columns];
        return (first, block) =>
        {
            while (block.Length > 0)
            {
                var row = (int)(first / columns);
                var column = (int)(first % columns);
                var count = Math.Min(columns - column, block.Length);
                var part = difference.AsSpan(0, count);
                part.Clear();
                for (var i = 0; i < rank; i++)
                {
                    var factor = (float)(Scale * up[row * rank + i]);
                    AddScaled(part, down.AsSpan(i * columns + column, count), factor);
                }
                AddScaled(block[..count], part, 1);
                first += count;
                block = block[count..];
            }
        };
    }

    /// <summary>Adds factor · values to a sum, in vectors; each element's bits are those of a loop.</summary>
    private static void AddScaled(Span<float> sum, ReadOnlySpan<float> values, float factor)
    {
        var i = 0;
        for (; i <= sum.Length - Vector<float>.Count; i += Vector<float>.Count)
            (new Vector<float>(sum[i..]) + new Vector<float>(values[i..]) * factor).CopyTo(sum[i..]);
        for (; i < sum.Length; i++)
            sum[i] += values[i] * factor;
    }
}
