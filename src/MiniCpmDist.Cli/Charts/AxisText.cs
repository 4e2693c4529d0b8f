using System.Globalization;

namespace MiniCpmDist.Cli.Charts;

/// <summary>Numbers as charts write them, the same in every culture.</summary>
internal static class AxisText
{
    /// <summary>A place on the token axis: 0, 500, 200K, 1M, 1.25B. Ticks come out exact.</summary>
    public static string Tokens(double tokens) => Math.Abs(tokens) switch
    {
        < 1e3 => tokens.ToString("0", CultureInfo.InvariantCulture),
        < 999_999.5 => Scaled(tokens / 1e3, "K"),
        < 999_999_999.5 => Scaled(tokens / 1e6, "M"),
        < 999_999_999_999.5 => Scaled(tokens / 1e9, "B"),
        _ => Scaled(tokens / 1e12, "T"),
    };

    /// <summary>A measured loss, to the thousandth of a nat.</summary>
    public static string Loss(double nats) => Loss(nats, "F3");

    /// <summary>An estimated loss, to the hundredth of a nat.</summary>
    public static string RoughLoss(double nats) => Loss(nats, "F2");

    /// <summary>A tick of the loss axis, with the digits that its step needs.</summary>
    public static string LossTick(double nats, double step)
    {
        if (Math.Abs(nats) >= 1e5)
            return nats.ToString("0.##E+0", CultureInfo.InvariantCulture);
        var digits = Math.Clamp((int)Math.Ceiling(-Math.Log10(step) - 1e-9), 0, 9);
        return nats.ToString("F" + digits, CultureInfo.InvariantCulture);
    }

    private static string Loss(double nats, string format) =>
        nats.ToString(Math.Abs(nats) < 1e5 ? format : "0.###E+0", CultureInfo.InvariantCulture);

    private static string Scaled(double value, string unit) =>
        value.ToString("0.###", CultureInfo.InvariantCulture) + unit;
}
