using MiniCpmDist.Core.Checkpoints;

namespace MiniCpmDist.Core.Tests.Checkpoints;

public sealed class RetentionPlanTests
{
    private static readonly ILookup<long, string> s_none = Branches();

    [Fact]
    public void The_last_ones_the_first_of_each_stretch_phase_ends_and_parents_stay()
    {
        var saved = Saved([10, 20, 30, 40, 50, 60, 70, 80], phaseEnds: [20]);

        var plan = RetentionPlan.Make(new RetentionRule { Last = 2, Every = 250 }, saved, 80, Branches((60, "early")));

        Assert.Equal(
            [
                (20, "phase end"), (30, "every"), (50, "every"), (60, "parent of early"), (70, "last"),
                (80, "last, every"),
            ],
            plan.Where(verdict => verdict.IsKept)
                .Select(verdict => ((int)verdict.Checkpoint.Step, string.Join(", ", verdict.KeptFor))));
    }

    [Fact]
    public void A_damaged_newest_one_does_not_count_among_the_last_and_is_left_to_be_looked_at()
    {
        var plan = RetentionPlan.Make(new RetentionRule { Last = 1 }, Saved([1, 2, 3]), newestValid: 2, s_none);

        Assert.Equal([2, 3], Kept(plan));
    }

    [Fact]
    public void Without_a_valid_one_nothing_goes()
    {
        var plan = RetentionPlan.Make(new RetentionRule { Last = 1 }, Saved([1, 2, 3]), newestValid: null, s_none);

        Assert.Equal([1, 2, 3], Kept(plan));
    }

    [Fact]
    public void Without_a_rule_nothing_goes() =>
        Assert.Equal([1, 2, 3], Kept(RetentionPlan.Make(null, Saved([1, 2, 3]), 3, s_none)));

    [Fact]
    public void Whatever_the_rule_the_newest_valid_one_and_every_parent_stay_and_asking_again_changes_nothing()
    {
        var random = new Random(20261121);
        for (var round = 0; round < 2000; round++)
        {
            var steps = Enumerable.Range(1, 60).Where(_ => random.Next(3) == 0).Select(step => (long)step).ToArray();
            if (steps.Length == 0)
                continue;
            var saved = Saved(steps, [.. steps.Where(_ => random.Next(8) == 0)]);
            var parents = steps.Where(_ => random.Next(8) == 0).ToArray();
            var branches = Branches([.. parents.Select(step => (step, $"branch-{step}"))]);
            var valid = steps[random.Next(steps.Length)];
            var rule = new RetentionRule
            {
                Last = random.Next(1, 5),
                Every = random.Next(2) == 0 ? null : random.Next(1, 200),
                PhaseEnds = random.Next(2) == 0,
            };

            var kept = Kept(RetentionPlan.Make(rule, saved, valid, branches));

            Assert.Contains(valid, kept);
            Assert.All(parents, parent => Assert.Contains(parent, kept));
            Assert.All(steps.Where(step => step > valid), step => Assert.Contains(step, kept));
            Assert.True(kept.Count(step => step <= valid) >= Math.Min(rule.Last, steps.Count(step => step <= valid)));
            var left = saved.Where(checkpoint => kept.Contains(checkpoint.Step)).ToArray();
            Assert.Equal(kept, Kept(RetentionPlan.Make(rule, left, valid, branches)));
        }
    }

    [Fact]
    public void Applied_after_every_save_or_once_at_the_end_a_rule_leaves_the_same()
    {
        var random = new Random(7);
        for (var round = 0; round < 500; round++)
        {
            var rule = new RetentionRule { Last = random.Next(1, 4), Every = random.Next(20, 200) };
            var steps = Enumerable.Range(1, 50).Where(_ => random.Next(2) == 0).Select(step => (long)step);
            var all = Saved([.. steps, 51]);
            var left = new List<SavedCheckpoint>();
            foreach (var checkpoint in all)
            {
                left.Add(checkpoint);
                var kept = Kept(RetentionPlan.Make(rule, left, checkpoint.Step, s_none));
                left.RemoveAll(old => !kept.Contains(old.Step));
            }

            Assert.Equal(Kept(RetentionPlan.Make(rule, all, 51, s_none)), left.Select(checkpoint => checkpoint.Step));
        }
    }

    /// <summary>Ten tokens a step.</summary>
    private static SavedCheckpoint[] Saved(long[] steps, long[]? phaseEnds = null) =>
        [.. steps.Select(step => new SavedCheckpoint(step, step * 10, phaseEnds?.Contains(step) == true))];

    private static ILookup<long, string> Branches(params (long Step, string Name)[] branches) =>
        branches.ToLookup(branch => branch.Step, branch => branch.Name);

    private static long[] Kept(IReadOnlyList<RetentionVerdict> plan) =>
        [.. plan.Where(verdict => verdict.IsKept).Select(verdict => verdict.Checkpoint.Step)];
}
