using System.CommandLine;
using System.Globalization;

namespace MiniCpmDist.Cli.Hosting;

/// <summary>Bounds of numbers on the command line; one that is out of them is told like any other slip.</summary>
internal static class OptionLimits
{
    /// <summary>The number, where it is given, lies within the bounds; not-a-number lies within none.</summary>
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
