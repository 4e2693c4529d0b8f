using System.Globalization;
using MiniCpmDist.Core.Model;
using Row = MiniCpmDist.Core.Configuration.Keys.KeyRow<MiniCpmDist.Core.Model.ModelShape>;
using Shape = MiniCpmDist.Core.Model.ModelShape;

namespace MiniCpmDist.Core.Configuration.Keys;

/// <summary>The keys of a model with experts. A run file of a model without experts has none of them.</summary>
internal static class ExpertKeys
{
    private const string Experts = "experts";
    private const string PerToken = "experts_per_token";
    private const string BalanceLoss = "balance_loss";
    private const string RouterZLoss = "router_z_loss";
    private const string Factor = "a number from 0";

    private static readonly KeyRule s_objective = KeyRule.Fixed("it decides what is minimized");

    public static IReadOnlyList<Row> Rows { get; } =
    [
        Whole(
            Experts, o => o.Experts, (o, v) => o with { Experts = v }, o => o.Experts,
            "feed-forward parts of each block, of which a token takes a few; 0 for one part that all tokens take"),
        Whole(
            PerToken, o => o.ExpertsPerToken, (o, v) => o with { ExpertsPerToken = v },
            o => Math.Min(o.Experts, o.ExpertsPerToken > 0 ? o.ExpertsPerToken : ExpertBalance.ExpertsPerToken),
            "experts that each token takes"),
        Number(
            BalanceLoss, o => o.BalanceLoss, (o, v) => o with { BalanceLoss = v },
            o => o.Experts == 0 ? 0 : o.BalanceLoss > 0 ? o.BalanceLoss : ExpertBalance.Weight,
            "the balance loss is added to the training loss with this factor"),
        Number(
            RouterZLoss, o => o.RouterZLoss, (o, v) => o with { RouterZLoss = v }, o => o.RouterZLoss,
            "the mean square of the routers' log-normalizers is added to the training loss with this factor"),
    ];

    /// <summary>Checks the keys against each other.</summary>
    public static Shape Check(Shape shape, YamlSection section)
    {
        if (shape.Experts == 0)
        {
            foreach (var key in (string[])[PerToken, BalanceLoss, RouterZLoss])
            {
                if (section.Has(key) && !section.HasProblem(Experts) && !section.HasProblem(key))
                {
                    section.Problem(
                        key, $"no such key in a model without `{Experts}`", $"`{key}: {section.Text(key)}`",
                        $"remove it, or write such as `{Experts}: {ExpertBalance.Experts}`");
                }
            }
            return shape with { ExpertsPerToken = 0, BalanceLoss = 0, RouterZLoss = 0 };
        }
        section.Require(
            shape.Experts > 1, Experts, "0, or 2 experts at least", shape.Experts,
            $"remove it, or write such as `{Experts}: {ExpertBalance.Experts}`");
        section.Require(
            section.HasProblem(PerToken) || (shape.ExpertsPerToken >= 1 && shape.ExpertsPerToken <= shape.Experts),
            PerToken, $"a whole number from 1 to `{Experts}: {shape.Experts}`", shape.ExpertsPerToken,
            $"write such as `{PerToken}: {Math.Min(shape.Experts, ExpertBalance.ExpertsPerToken)}`");
        return shape;
    }

    private static Row Whole(
        string name, Func<Shape, int> get, Func<Shape, int, Shape> set, Func<Shape, int> standard, string help) =>
        Key<Shape>.Special(
            name, KeyRule.Shape, $"a whole number from 0 to {ModelLimits.Experts}", help,
            (o, text) => Write(o, text, name, get(o).ToString(CultureInfo.InvariantCulture)),
            (o, section, _) => set(o, section.Whole(name, standard(o), 0, ModelLimits.Experts)))
            .HeldAs(o => get(o)).Before("0");

    private static Row Number(
        string name, Func<Shape, double> get, Func<Shape, double, Shape> set, Func<Shape, double> standard,
        string help) =>
        Key<Shape>.Special(
            name, s_objective, Factor, help, (o, text) => Write(o, text, name, YamlScalar.Of(get(o))),
            (o, section, _) => set(o, section.Number(name, standard(o), Factor, value => value >= 0)))
            .HeldAs(o => get(o)).Before("0");

    private static void Write(Shape shape, RunFileText text, string name, string value)
    {
        if (shape.Experts > 0)
            text.Line(name, value);
    }
}
