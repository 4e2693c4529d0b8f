using MiniCpmDist.Core.Randomness;

namespace MiniCpmDist.Core.WindTunnel;

/// <summary>
/// A density on the unit interval out of normal densities around places, each as wide as the farther of its neighbours
/// is away, and an even one as a prior.
/// </summary>
internal sealed class ParzenDensity
{
    private const double NarrowestShare = 0.3;
    private readonly double[] _places;
    private readonly double[] _widths;

    public ParzenDensity(IEnumerable<double> places)
    {
        _places = [.. places.Order()];
        var narrowest = NarrowestShare / (1 + _places.Length);
        _widths =
        [
            .. _places.Select((place, i) => Math.Clamp(
                Math.Max(
                    place - (i == 0 ? 0 : _places[i - 1]), (i + 1 == _places.Length ? 1 : _places[i + 1]) - place),
                narrowest, 1)),
        ];
    }

    /// <summary>The density at a place.</summary>
    public double At(double place)
    {
        var sum = 1.0;
        for (var i = 0; i < _places.Length; i++)
        {
            var distance = (place - _places[i]) / _widths[i];
            sum += Math.Exp(-distance * distance / 2) / (_widths[i] * Math.Sqrt(2 * Math.PI));
        }
        return sum / (_places.Length + 1);
    }

    /// <summary>A place drawn from the density; what falls outside of the interval is reflected into it.</summary>
    /// <param name="which">Uniform in (0, 1): chooses the place to draw around.</param>
    /// <param name="where">Uniform in (0, 1): how far from it.</param>
    public double Draw(double which, double where)
    {
        var chosen = (int)(which * (_places.Length + 1));
        if (chosen >= _places.Length)
            return where;
        var place = _places[chosen] + _widths[chosen] * NormalQuantile.Of((ulong)(where * (1UL << 53)));
        // Twice the interval is one period of the reflection.
        place = Math.Abs(place) % 2;
        return place > 1 ? 2 - place : place;
    }
}
