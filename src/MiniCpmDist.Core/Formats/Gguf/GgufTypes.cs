namespace MiniCpmDist.Core.Formats.Gguf;

/// <summary>Sizes and names of the types, and what a user may ask for.</summary>
public static class GgufTypes
{
    /// <summary>Words of <c>--dtype</c>, with the type of the matrices and the format's number for the file.</summary>
    private static readonly (string Word, GgufType Matrices, uint FileType)[] s_words =
    [
        ("f32", GgufType.F32, 0),
        ("f16", GgufType.F16, 1),
        ("bf16", GgufType.BF16, 32),
        ("q8_0", GgufType.Q8, 7),
        ("q4_0", GgufType.Q4, 2),
        ("q4_k", GgufType.Q4K, 14),
    ];

    public static IEnumerable<string> Words => s_words.Select(entry => entry.Word);

    /// <summary>The type that a word stands for; null where it stands for none.</summary>
    public static GgufType? Of(string word) =>
        s_words.FirstOrDefault(entry => entry.Word == word) is { Word: not null } found ? found.Matrices : null;

    /// <summary>What <c>general.file_type</c> says of a file whose matrices have this type.</summary>
    public static uint FileType(GgufType matrices) => s_words.First(entry => entry.Matrices == matrices).FileType;

    /// <summary>What llama.cpp calls the type.</summary>
    public static string Name(this GgufType type) => type switch
    {
        GgufType.Q4 => "Q4_0",
        GgufType.Q5 => "Q5_0",
        GgufType.Q8 => "Q8_0",
        GgufType.Q4K => "Q4_K",
        _ => type.ToString(),
    };

    /// <summary>Numbers of a block: a row is a whole number of blocks.</summary>
    public static int BlockElements(this GgufType type) => type switch
    {
        GgufType.F32 or GgufType.F16 or GgufType.BF16 => 1,
        GgufType.Q4K => 256,
        _ => 32,
    };

    /// <summary>Bytes of a block.</summary>
    public static int BlockBytes(this GgufType type) => type switch
    {
        GgufType.F32 => 4,
        GgufType.F16 or GgufType.BF16 => 2,
        GgufType.Q4 => 18,
        GgufType.Q5 => 22,
        GgufType.Q8 => 34,
        GgufType.Q4K => 144,
        _ => throw new ArgumentOutOfRangeException(nameof(type), type, "no such type"),
    };

    /// <summary>Bytes of so many numbers, which are a whole number of blocks.</summary>
    public static long Bytes(this GgufType type, long elements) =>
        checked(elements / type.BlockElements() * type.BlockBytes());
}
