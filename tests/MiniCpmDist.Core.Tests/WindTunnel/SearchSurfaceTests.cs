using MiniCpmDist.Core.Randomness;
using MiniCpmDist.Core.WindTunnel;

namespace MiniCpmDist.Core.Tests.WindTunnel;

public class SearchSurfaceTests
{
    private static readonly ParzenSearch s_places = new(3, seed: 5);

    // The third parameter does nothing.
    private static double Bowl(double[] place) =>
        3 + 2 * Math.Pow(place[0] - 0.3, 2) + 0.5 * Math.Pow(place[1] - 0.8, 2);

    [Fact]
    public void The_slices_of_a_bowl_have_its_lowest_points_and_its_depths()
    {
        var surface = SearchSurface.Of([.. Trials(40, noise: 0)])!;
        var (first, second) = (surface.Slice(0, 41), surface.Slice(1, 41));
        Assert.Equal(0.3, first.MinBy(place => place.Loss).Unit, 0.051);
        Assert.Equal(0.8, second.MinBy(place => place.Loss).Unit, 0.11);
        Assert.Equal(2 * 0.7 * 0.7, first[^1].Loss - first.Min(place => place.Loss), 0.1);
        Assert.All(surface.Slice(2, 11), place => Assert.Equal(3, place.Loss, 0.03));
    }

    [Fact]
    public void Two_deviations_hold_the_bowl_at_nineteen_of_twenty_places_also_with_noise()
    {
        var (held, noise) = (0, 0.0);
        for (var seed = 1UL; seed <= 10; seed++)
        {
            var surface = SearchSurface.Of([.. Trials(40, noise: 0.05, seed)])!;
            noise += surface.Noise / 10;
            held += Enumerable.Range(100, 100)
                .Select(s_places.Random)
                .Count(place => Math.Abs(surface.At(place).Loss - Bowl(place)) <= 2 * surface.At(place).Deviation);
        }
        Assert.InRange(held, 900, 1000);
        Assert.InRange(noise, 0.04, 0.06);
    }

    [Fact]
    public void A_trial_that_diverged_pulls_the_surface_up_and_not_to_infinity()
    {
        var trials = Trials(30, noise: 0)
            .Select(trial => trial.Place[0] > 0.8 ? (trial.Place, Loss: double.NaN) : trial)
            .ToList();
        var surface = SearchSurface.Of(trials)!;
        Assert.True(surface.At([0.95, 0.8, 0.5]).Loss > surface.At([0.3, 0.8, 0.5]).Loss);
        Assert.True(double.IsFinite(surface.At([1, 1, 1]).Loss));
    }

    [Fact]
    public void Losses_that_are_all_equal_and_trials_that_are_too_few_are_no_reason_to_fail()
    {
        var flat = SearchSurface.Of([.. Trials(10, noise: 0).Select(trial => (trial.Place, 4.0))])!;
        Assert.Equal(4, flat.At([0.5, 0.5, 0.5]).Loss, 1e-9);
        Assert.Null(SearchSurface.Of([.. Trials(SearchSurface.LeastTrials - 1, noise: 0)]));
    }

    private static IEnumerable<(double[] Place, double Loss)> Trials(int count, double noise, ulong seed = 5) =>
        Enumerable.Range(0, count)
            .Select(number => (Number: number, Place: new ParzenSearch(3, seed).Random(number)))
            .Select(trial => (trial.Place, Bowl(trial.Place) + noise * NormalQuantile.Of(
                CounterRandom.UInt64(seed, "noise", (ulong)trial.Number) >> 11)));
}
