namespace MiniCpmDist.Core.Formats.Gguf;

/// <summary>How a tensor's numbers lie in a GGUF file; the values are the format's own.</summary>
public enum GgufType
{
    F32 = 0,
    F16 = 1,

    /// <summary>32 numbers in 18 bytes: a scale and whole numbers from -8 to 7.</summary>
    Q4 = 2,

    /// <summary>32 numbers in 22 bytes: a scale and whole numbers from -16 to 15.</summary>
    Q5 = 6,

    /// <summary>32 numbers in 34 bytes: a scale and whole numbers from -127 to 127.</summary>
    Q8 = 8,

    /// <summary>256 numbers in 144 bytes: eight groups with a scale and a minimum of 6 bits each.</summary>
    Q4K = 12,

    BF16 = 30,
}
