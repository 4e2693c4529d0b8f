namespace MiniCpmDist.Core.Tests.Configuration;

/// <summary>A run file that is right, to be spoiled by tests.</summary>
internal static class RunText
{
    public const string Source = "recipes/quickstart.yaml";

    public const string Quickstart = """
        seed: 7
        model: nano
        data:
          train: data/quick start
          sequence_length: 256
          evaluate_every: 100 steps
        schedule:
          learning_rate: 0.01
          warmup: 20 steps
          stable: 430 steps
          decay: 10%
          token_batch: 2048 tokens
        parallel:
          lanes: 4
          micro_batch: 2
        checkpoint:
          every: 1M tokens
        """;

    /// <summary>The file with one piece of text replaced.</summary>
    public static string With(string old, string replacement) =>
        Quickstart.Contains(old, StringComparison.Ordinal)
            ? Quickstart.Replace(old, replacement, StringComparison.Ordinal)
            : throw new ArgumentException($"The run file has no `{old}`.", nameof(old));

    /// <summary>The file with more text at its end.</summary>
    public static string And(string more) => Quickstart + "\n" + more;
}
