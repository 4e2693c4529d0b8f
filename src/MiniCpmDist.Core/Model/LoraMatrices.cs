namespace MiniCpmDist.Core.Model;

/// <summary>The matrices of each block that get adapters.</summary>
[Flags]
public enum LoraMatrices
{
    None = 0,
    Query = 1,
    Key = 2,
    Value = 4,
    Output = 8,
    Gate = 16,
    Up = 32,
    Down = 64,

    /// <summary>The four of attention.</summary>
    Attention = Query | Key | Value | Output,

    /// <summary>Every matrix of a block without experts.</summary>
    All = Attention | Gate | Up | Down,
}
