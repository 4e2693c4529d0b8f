using System.Globalization;
using MiniCpmDist.Core.Configuration;

namespace MiniCpmDist.Core.Recovery;

/// <summary>A host and how many ranks it takes.</summary>
public sealed record HostSlots(string Name, int Slots)
{
    /// <summary>
    /// Reads a host file as Open MPI has them: <c>node-1 slots=8</c>, one a line; <c>#</c> begins a comment.
    /// </summary>
    /// <exception cref="ConfigurationException">Lines that are none, all at once.</exception>
    public static IReadOnlyList<HostSlots> ReadFile(string text, string path)
    {
        var faults = new FaultCollector();
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
                faults.Add(
                    $"{path}, line {number}", "a host, and how many ranks it takes", $"`{line}`",
                    "for example: node-1 slots=8");
            }
        }
        faults.Require(
            hosts.Count > 0 || text.Trim().Length > 0, path, "at least one host", "an empty file",
            "for example: node-1 slots=8");
        faults.ThrowIfAny();
        return hosts;
    }

    private static HostSlots? Parse(string line)
    {
        var words = line.Split((char[])[' ', '\t'], StringSplitOptions.RemoveEmptyEntries);
        var slots = 1;
        foreach (var word in words[1..])
        {
            var (key, value) = word.Split('=', 2) is [var left, var right] ? (left, right) : (word, "");
            if (key == "slots"
                && !(int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out slots) && slots > 0))
                return null;
            if (key is not ("slots" or "max_slots" or "max-slots"))
                return null;
        }
        return new HostSlots(words[0], slots);
    }
}
