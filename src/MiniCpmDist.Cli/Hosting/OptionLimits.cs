using System.CommandLine;
using System.Globalization;

namespace MiniCpmDist.Cli.Hosting;

/// <summary>
/// Bounds of numbers on the command line; a number outside of them is reported like any other problem of the input.
/// </summary>
internal static class OptionLimits
{
    /// <summary>Requires that the number, if it is given, lies within the bounds; NaN lies within none.</summary>
    public static Option<T> Within<T>(this Option<T> option, double minimum, double maximum = double.PositiveInfinity)
    {
        option.Validators.Add(result =>
        {
            if (result.Tokens is not [var token])
                return;
            if (!double.TryParse(token.Value, NumberStyles.Float, CultureInfo.InvariantCulture, out var value)
                || !(value >= minimum && value <= maximum))
            {
                var bounds = double.IsInfinity(maximum) ? $"{minimum} or more" : $"{minimum} to {maximum}";
                result.AddError($"{option.Name}: expected a number, {bounds}; found {token.Value}.");
            }
        });
        return option;
    }
}
