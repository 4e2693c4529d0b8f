using System.Globalization;
using MiniCpmDist.Core.Problems;

namespace MiniCpmDist.Core.Recovery;

/// <summary>A host and how many ranks it takes.</summary>
public sealed record HostSlots(string Name, int Slots)
{
    /// <summary>
    /// Reads a host file as Open MPI has them, <c>node-1 slots=8</c>, or MPICH, <c>node-1:8</c>; one a line; <c>#</c>
    /// begins a comment.
    /// </summary>
    /// <exception cref="ConfigurationException">Lines that name no host, all at once.</exception>
    public static IReadOnlyList<HostSlots> ReadFile(string text, string path)
    {
        var problems = new ProblemCollector();
        var hosts = new List<HostSlots>();
        foreach (var (line, number) in text.Split('\n').Select((line, i) => (line.Split('#')[0].Trim(), i + 1)))
        {
            if (line.Length == 0)
                continue;
            if (Parse(line) is { } host)
            {
                hosts.Add(host);
            }
            else
            {
                problems.Add(
                    $"{path}, line {number}", "a host, and how many ranks it takes", $"`{line}`",
                    "for example: node-1 slots=8, or node-1:8");
            }
        }
        problems.Require(
            hosts.Count > 0 || text.Trim().Length > 0, path, "at least one host", "an empty file",
            "for example: node-1 slots=8");
        problems.ThrowIfAny();
        return hosts;
    }

    private static HostSlots? Parse(string line)
    {
        var words = line.Split((char[])[' ', '\t'], StringSplitOptions.RemoveEmptyEntries);
        var (name, slots) = (words[0], 1);
        // An IPv6 address has several colons, and its slots come after a word.
        if (name.Split(':') is [var host, var count])
        {
            if (host.Length == 0 || !IsSlots(count, out slots))
                return null;
            name = host;
        }
        foreach (var word in words[1..])
        {
            var (key, value) = word.Split('=', 2) is [var left, var right] ? (left, right) : (word, "");
            if (key == "slots" && !IsSlots(value, out slots))
                return null;
            if (key is not ("slots" or "max_slots" or "max-slots"))
                return null;
        }
        return new HostSlots(name, slots);
    }

    private static bool IsSlots(string text, out int slots) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out slots) && slots > 0;
}
