using MiniCpmDist.Core.Runs;

namespace MiniCpmDist.Core.WindTunnel;

/// <summary>A parameter of a search and its range.</summary>
/// <param name="Name">One of <see cref="Names"/>.</param>
/// <param name="From">The smallest value; above zero.</param>
/// <param name="To">The largest value.</param>
/// <param name="IsLogarithmic">Equal factors are equally far apart, and not equal differences.</param>
public sealed record SearchParameter(string Name, double From, double To, bool IsLogarithmic)
{
    private static readonly Dictionary<string, Func<RunOptions, double, RunOptions>> s_setters = new()
    {
        ["learning_rate"] = (o, v) => o with { Schedule = o.Schedule with { LearningRate = v } },
        ["scale_depth"] = (o, v) => o with { Model = o.Model with { Shape = o.Model.Shape with { ScaleDepth = v } } },
        ["scale_emb"] = (o, v) => o with { Model = o.Model with { Shape = o.Model.Shape with { ScaleEmb = v } } },
        ["init_std"] = (o, v) => o with { Model = o.Model with { Shape = o.Model.Shape with { InitStd = v } } },
    };

    /// <summary>What a search can vary: the paper's four (arXiv 2404.06395, appendix A.1).</summary>
    public static IReadOnlyCollection<string> Names => s_setters.Keys;

    /// <summary>The value at a place of the unit interval, with four significant digits: a run's file shows
    /// it.</summary>
    public double ValueAt(double unit)
    {
        var value = IsLogarithmic
            ? From * Math.Pow(To / From, unit)
            : From + unit * (To - From);
        var digits = Math.Pow(10, 3 - Math.Floor(Math.Log10(value)));
        return Math.Clamp(Math.Round(value * digits) / digits, From, To);
    }

    /// <summary>A run with this value.</summary>
    public RunOptions Set(RunOptions options, double value) => s_setters[Name](options, value);
}
