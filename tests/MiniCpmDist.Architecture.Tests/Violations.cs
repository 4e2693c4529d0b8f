namespace MiniCpmDist.Architecture.Tests;

/// <summary>
/// Reports everything that breaks a rule, each on a line of its own; xunit's own report of a list is cut short.
/// </summary>
internal static class Violations
{
    public static void RequireNone(IEnumerable<string> found)
    {
        var lines = found.ToList();
        if (lines.Count > 0)
            Assert.Fail($"{lines.Count} violations:\n{string.Join('\n', lines)}");
    }
}
