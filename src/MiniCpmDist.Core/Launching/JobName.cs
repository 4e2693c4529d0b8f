using System.Globalization;
using System.IO.Hashing;
using System.Text;

namespace MiniCpmDist.Core.Launching;

/// <summary>
/// The name of a run where names follow stricter rules than those of folders: names and labels of Kubernetes.
/// </summary>
public static class JobName
{
    private const string Prefix = "minicpm-";

    // Pods are called JOB-worker-N, which is a host name of at most 63 characters.
    private const int LongestJob = 63 - 12;
    private const int LongestLabel = 63;

    /// <summary>
    /// Makes a name that is always the same for a run and that no other run gets: lower case, digits and `-`.
    /// </summary>
    public static string Of(string run)
    {
        var slug = Fold(run);
        // A name that had to be changed could be another run's name. With its checksum that is practically impossible.
        return slug.Trim('-') == run && Prefix.Length + slug.Length <= LongestJob
            ? Prefix + slug
            : Prefix + Marked(slug.Trim('-'), run, LongestJob - Prefix.Length);
    }

    /// <summary>A label's value: the run's name, where the rules of labels let it be.</summary>
    public static string Label(string run)
    {
        var text = run.Trim('.', '_', '-');
        return text == run && run.Length <= LongestLabel ? run : Marked(text, run, LongestLabel);
    }

    private static string Fold(string run)
    {
        var folded = new StringBuilder(run.Length);
        foreach (var letter in run)
            folded.Append(char.IsAsciiLetterOrDigit(letter) ? char.ToLowerInvariant(letter) : '-');
        return folded.ToString();
    }

    private static string Marked(string text, string run, int longest)
    {
        var mark = Crc32.HashToUInt32(Encoding.UTF8.GetBytes(run)).ToString("x8", CultureInfo.InvariantCulture);
        var head = text[..Math.Min(text.Length, longest - mark.Length - 1)].TrimEnd('-', '.', '_');
        return head.Length == 0 ? mark : $"{head}-{mark}";
    }
}
