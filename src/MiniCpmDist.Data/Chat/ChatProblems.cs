using MiniCpmDist.Core.Problems;

namespace MiniCpmDist.Data.Chat;

/// <summary>
/// What is wrong with samples. All of it is counted, and the first of it is told: of the same fault in many samples, so
/// that another one is not lost among them, only a few.
/// </summary>
/// <param name="expected">What a sample is.</param>
internal sealed class ChatProblems(string expected)
{
    private const int MostTold = 20;
    private const int MostAlike = 3;
    private readonly List<(string Where, string Found)> _told = [];
    private int _count;

    public void Add(string where, string found)
    {
        _count++;
        if (_told.Count < MostTold && _told.Count(told => told.Found == found) < MostAlike)
            _told.Add((where, found));
    }

    /// <summary>Adds all of it to the problems of a command.</summary>
    public void AddTo(ProblemCollector problems)
    {
        const string Fix = "repair the sample, or leave it out";
        foreach (var (where, found) in _told)
            problems.Add(where, expected, found, Fix);
        if (_count > _told.Count)
            problems.Add("the data", expected, $"{_count - _told.Count} more samples with problems", Fix);
    }
}
