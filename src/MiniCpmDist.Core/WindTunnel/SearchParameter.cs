using MiniCpmDist.Core.Model;
using MiniCpmDist.Core.Runs;

namespace MiniCpmDist.Core.WindTunnel;

/// <summary>A parameter of a search and its range.</summary>
/// <param name="Name">One of <see cref="Names"/>.</param>
/// <param name="From">The smallest value; above zero.</param>
/// <param name="To">The largest value.</param>
/// <param name="IsLogarithmic">Equal factors are equally far apart, and not equal differences.</param>
public sealed record SearchParameter(string Name, double From, double To, bool IsLogarithmic)
{
    private static readonly Dictionary<string, (Func<RunOptions, double> Get, Func<RunOptions, double, RunOptions> Set)>
        s_keys = new()
        {
            ["learning_rate"] = (
                o => o.Schedule.LearningRate,
                (o, v) => o with { Schedule = o.Schedule with { LearningRate = v } }),
            ["scale_depth"] = (o => o.Model.Shape.ScaleDepth, (o, v) => Shaped(o, s => s with { ScaleDepth = v })),
            ["scale_emb"] = (o => o.Model.Shape.ScaleEmb, (o, v) => Shaped(o, s => s with { ScaleEmb = v })),
            ["init_std"] = (o => o.Model.Shape.InitStd, (o, v) => Shaped(o, s => s with { InitStd = v })),
        };

    /// <summary>What a search can vary: the paper's four (arXiv 2404.06395, appendix A.1).</summary>
    public static IReadOnlyCollection<string> Names => s_keys.Keys;

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
    public RunOptions Set(RunOptions options, double value) => s_keys[Name].Set(options, value);

    /// <summary>The value that a run has.</summary>
    public double Of(RunOptions options) => s_keys[Name].Get(options);

    /// <summary>Where a value lies in the unit interval.</summary>
    public double UnitOf(double value) => IsLogarithmic
        ? Math.Log(value / From) / Math.Log(To / From)
        : (value - From) / (To - From);

    private static RunOptions Shaped(RunOptions options, Func<ModelShape, ModelShape> change) =>
        options with { Model = options.Model with { Shape = change(options.Model.Shape) } };
}
