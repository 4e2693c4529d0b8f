using static System.Buffers.Binary.BinaryPrimitives;

namespace MiniCpmDist.Core.Formats.Gguf;

/// <summary>
/// 256 numbers in eight groups of 32. A group's numbers are d·s·q - m·t with codes q from 0 to 15; s and t have 6 bits,
/// d and m are float16 and belong to the block. Scale and minimum are searched as llama.cpp does it.
/// </summary>
internal static class GgufQ4K
{
    private const int Groups = 8;
    private const int Length = 32;
    private const int LargestCode = 15;
    private const int LargestScale = 63;
    private const int ScaleBytes = 12;
    private const int Tries = 20;

    public static void Encode(ReadOnlySpan<float> values, Span<byte> bytes)
    {
        Span<float> scales = stackalloc float[Groups];
        Span<float> minima = stackalloc float[Groups];
        for (var group = 0; group < Groups; group++)
            (scales[group], minima[group]) = Search(values.Slice(group * Length, Length));
        var (scale, minimum) = (Largest(scales) / LargestScale, Largest(minima) / LargestScale);
        WriteHalfLittleEndian(bytes, (Half)scale);
        WriteHalfLittleEndian(bytes[2..], (Half)minimum);
        var packed = bytes.Slice(4, ScaleBytes);
        packed.Clear();
        for (var group = 0; group < Groups; group++)
            Pack(packed, group, SixBits(scales[group], scale), SixBits(minima[group], minimum));
        Span<byte> codes = stackalloc byte[values.Length];
        for (var i = 0; i < values.Length; i++)
        {
            var (factor, offset) = Group(bytes, i / Length);
            codes[i] = factor == 0 ? (byte)0 : Code((values[i] + offset) / factor);
        }
        var stored = bytes[(4 + ScaleBytes)..];
        for (var i = 0; i < stored.Length; i++)
            stored[i] = (byte)(codes[i / 32 * 64 + i % 32] | (codes[i / 32 * 64 + i % 32 + 32] << 4));
    }

    public static void Decode(ReadOnlySpan<byte> bytes, Span<float> values)
    {
        var stored = bytes[(4 + ScaleBytes)..];
        for (var i = 0; i < values.Length; i++)
        {
            var (factor, offset) = Group(bytes, i / Length);
            var pair = stored[i / 64 * 32 + i % 32];
            values[i] = factor * (i % 64 < 32 ? pair & 15 : pair >> 4) - offset;
        }
    }

    /// <summary>Factor and offset of a group as a reader sees them.</summary>
    private static (float Factor, float Offset) Group(ReadOnlySpan<byte> bytes, int group)
    {
        var packed = bytes.Slice(4, ScaleBytes);
        var (scale, minimum) = group < 4
            ? (packed[group] & LargestScale, packed[group + 4] & LargestScale)
            : ((packed[group + 4] & 15) | (packed[group - 4] >> 6 << 4),
                (packed[group + 4] >> 4) | (packed[group] >> 6 << 4));
        return ((float)ReadHalfLittleEndian(bytes) * scale, (float)ReadHalfLittleEndian(bytes[2..]) * minimum);
    }

    /// <summary>
    /// The first four groups have six bits of a byte each; the upper two bits of these bytes belong to the last four.
    /// </summary>
    private static void Pack(Span<byte> packed, int group, int scale, int minimum)
    {
        if (group < 4)
        {
            packed[group] |= (byte)scale;
            packed[group + 4] |= (byte)minimum;
            return;
        }
        packed[group + 4] = (byte)((scale & 15) | ((minimum & 15) << 4));
        packed[group - 4] |= (byte)(scale >> 4 << 6);
        packed[group] |= (byte)(minimum >> 4 << 6);
    }

    private static int SixBits(float value, float unit) =>
        unit == 0 ? 0 : Math.Min(LargestScale, (int)MathF.Round(1 / unit * value, MidpointRounding.ToEven));

    private static byte Code(float value) =>
        (byte)Math.Clamp((int)MathF.Round(value, MidpointRounding.ToEven), 0, LargestCode);

    private static float Largest(ReadOnlySpan<float> values)
    {
        var largest = 0f;
        foreach (var value in values)
            largest = Math.Max(largest, value);
        return largest;
    }

    /// <summary>
    /// Scale and minimum (with its sign turned) of a group, by weighted least squares over several first guesses.
    /// Numbers far from zero weigh more.
    /// </summary>
    private static (float Scale, float Minimum) Search(ReadOnlySpan<float> x)
    {
        Span<float> weights = stackalloc float[Length];
        var squares = 0f;
        foreach (var value in x)
            squares += value * value;
        var mean = MathF.Sqrt(squares / Length);
        var (low, high, sumWeights, sumX) = (Math.Min(0, x[0]), x[0], 0f, 0f);
        for (var i = 0; i < Length; i++)
        {
            weights[i] = mean + Math.Abs(x[i]);
            (low, high) = (Math.Min(low, x[i]), Math.Max(high, x[i]));
            sumWeights += weights[i];
            sumX += weights[i] * x[i];
        }
        if (high <= low)
            return (0, -low);
        Span<byte> codes = stackalloc byte[Length];
        var (bestScale, bestLow) = ((high - low) / LargestCode, low);
        Round(x, LargestCode / (high - low), low, codes);
        var best = Error(x, weights, codes, bestScale, bestLow);
        for (var attempt = 0; attempt <= Tries; attempt++)
        {
            Round(x, (-1 + 0.1f * attempt + LargestCode) / (high - low), low, codes);
            var (sumL, sumL2, sumXL) = (0f, 0f, 0f);
            for (var i = 0; i < Length; i++)
            {
                sumL += weights[i] * codes[i];
                sumL2 += weights[i] * codes[i] * codes[i];
                sumXL += weights[i] * codes[i] * x[i];
            }
            var determinant = sumWeights * sumL2 - sumL * sumL;
            if (determinant <= 0)
                continue;
            var scale = (sumWeights * sumXL - sumX * sumL) / determinant;
            var minimum = (sumL2 * sumX - sumL * sumXL) / determinant;
            if (minimum > 0)
                (scale, minimum) = (sumXL / sumL2, 0);
            var error = Error(x, weights, codes, scale, minimum);
            if (error < best)
                (best, bestScale, bestLow) = (error, scale, minimum);
        }
        return (bestScale, -bestLow);
    }

    private static void Round(ReadOnlySpan<float> x, float inverse, float low, Span<byte> codes)
    {
        for (var i = 0; i < Length; i++)
            codes[i] = Code(inverse * (x[i] - low));
    }

    private static float Error(
        ReadOnlySpan<float> x, ReadOnlySpan<float> weights, ReadOnlySpan<byte> codes, float scale, float low)
    {
        var sum = 0f;
        for (var i = 0; i < Length; i++)
        {
            var difference = scale * codes[i] + low - x[i];
            sum += weights[i] * (difference * difference);
        }
        return sum;
    }
}
