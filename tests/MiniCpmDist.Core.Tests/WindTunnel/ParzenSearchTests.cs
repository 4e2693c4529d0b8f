using MiniCpmDist.Core.WindTunnel;

namespace MiniCpmDist.Core.Tests.WindTunnel;

public class ParzenSearchTests
{
    private const int Budget = 50;
    private const int Dimensions = 4;

    [Fact]
    public void It_beats_random_search_of_equal_budget_on_a_planted_surface_in_15_of_20_seeds()
    {
        var wins = Enumerable.Range(1, 20).Count(seed =>
        {
            var search = new ParzenSearch(Dimensions, (ulong)seed);
            var random = Enumerable.Range(0, Budget).Min(trial => Surface(search.Random(trial)));
            return Trials(search).Min(trial => trial.Loss) < random;
        });
        Assert.InRange(wins, 15, 20);
    }

    [Fact]
    public void Two_trials_at_a_time_still_beat_random_search_and_keep_apart_from_each_other()
    {
        var (wins, nearest) = (0, new List<double>());
        for (var seed = 1UL; seed <= 20; seed++)
        {
            var search = new ParzenSearch(Dimensions, seed);
            var trials = new List<(double[] Place, double Loss)>();
            while (trials.Count < Budget)
            {
                var round = new List<double[]>();
                while (round.Count < 2)
                    round.Add(search.Next([.. trials, .. round.Select(place => (place, double.NaN))]));
                if (trials.Count >= ParzenSearch.RandomTrials)
                    nearest.Add(round.Skip(1).Min(place => Distance(place, round[0])));
                trials.AddRange(round.Select(Evaluated));
            }
            var random = Enumerable.Range(0, Budget).Min(trial => Surface(search.Random(trial)));
            wins += trials.Take(Budget).Min(trial => trial.Loss) < random ? 1 : 0;
        }
        Assert.InRange(wins, 15, 20);
        Assert.True(nearest.Average() > 0.05, $"rounds lie {nearest.Average():F3} apart");
    }

    [Fact]
    public void Half_of_the_trials_proposed_again_give_the_other_half_again()
    {
        var whole = Trials(new ParzenSearch(Dimensions, 7));
        var again = new List<(double[] Place, double Loss)>(whole.Take(Budget / 2));
        var search = new ParzenSearch(Dimensions, 7);
        while (again.Count < Budget)
            again.Add(Evaluated(search.Next(again)));
        Assert.Equal(whole.SelectMany(trial => trial.Place), again.SelectMany(trial => trial.Place));
    }

    [Fact]
    public void Every_proposal_lies_in_the_unit_cube_also_where_trials_diverged()
    {
        var search = new ParzenSearch(Dimensions, 3);
        var trials = new List<(double[] Place, double Loss)>();
        while (trials.Count < Budget)
        {
            var place = search.Next(trials);
            Assert.All(place, value => Assert.InRange(value, 0, 1));
            trials.Add((place, place[0] > 0.6 ? double.NaN : Surface(place)));
        }
        // It learns to stay away from where trials diverge.
        var late = trials.Skip(Budget / 2).Count(trial => double.IsNaN(trial.Loss));
        Assert.InRange(late, 0, Budget / 8);
    }

    [Theory]
    [InlineData(0, 0.001)]
    [InlineData(0.5, 0.01)]
    [InlineData(1, 0.1)]
    public void Equal_factors_are_equally_far_apart_on_a_logarithmic_axis(double unit, double value) =>
        Assert.Equal(value, new SearchParameter("learning_rate", 0.001, 0.1, true).ValueAt(unit), 1e-12);

    [Fact]
    public void A_value_has_four_digits() =>
        Assert.Equal(3.333, new SearchParameter("scale_depth", 1, 8, false).ValueAt(1.0 / 3));

    private static List<(double[] Place, double Loss)> Trials(ParzenSearch search)
    {
        var trials = new List<(double[] Place, double Loss)>();
        while (trials.Count < Budget)
            trials.Add(Evaluated(search.Next(trials)));
        return trials;
    }

    private static (double[] Place, double Loss) Evaluated(double[] place) => (place, Surface(place));

    // A bowl whose bottom is off the middle, steep along one axis, nearly flat along another, two axes coupled.
    private static double Surface(double[] place) => 3.5 + 4 * Square(place[0] - 0.3) + Square(place[1] - 0.75)
        + 0.5 * Square(place[2] - 0.2 - 0.5 * (place[1] - 0.75)) + 0.02 * Square(place[3] - 0.5);

    private static double Square(double value) => value * value;

    private static double Distance(double[] one, double[] other) =>
        Math.Sqrt(one.Zip(other, (a, b) => (a - b) * (a - b)).Sum());
}
