namespace MiniCpmDist.Core.Formats;

/// <summary>The two layouts of AutoGPTQ's files. They differ in what is stored for a zero.</summary>
public enum GptqLayout
{
    /// <summary><c>gptq</c>: the zero minus one, so that it cannot be 0.</summary>
    Version1,

    /// <summary><c>gptq_v2</c>: the zero itself.</summary>
    Version2,
}
