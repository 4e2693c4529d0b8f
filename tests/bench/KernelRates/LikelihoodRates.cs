using System.Globalization;
using MiniCpmDist.Core.Model;
using MiniCpmDist.Data.Tokenization;
using MiniCpmDist.Engine.Evaluation;
using MiniCpmDist.Engine.Model;
using MiniCpmDist.Engine.Optimization;
using TorchSharp;
using static TorchSharp.torch;

namespace MiniCpmDist.KernelRates;

/// <summary>Log-probabilities of options, with shared prefixes and option by option as a plain loop has it.</summary>
internal static class LikelihoodRates
{
    private const int Window = 2048;

    public static void Print(string preset, int examples)
    {
        var folder = Directory.CreateTempSubdirectory("minicpm-rates-").FullName;
        using var tokenizer = TrainTokenizer(folder);
        var shape = ModelPresets.All[preset] with { VocabularySize = 4096 };
        using var model = new MiniCpmForCausalLM(shape);
        using var parameters = FlatParameters.BindFrozen(model);
        parameters.Initialize(seed: 1);
        var requests = Requests(examples);
        double[] shared = [], plain = [];
        var positions = 0L;

        var times = Rounds.Quickest(
            3,
            () =>
            {
                using var scorer = new LikelihoodScorer(model, tokenizer, Window, 512, "here");
                shared = [.. scorer.Score(requests).SelectMany(score => score.Sums)];
                positions = scorer.Work.Plain;
            },
            () => plain = [.. requests.SelectMany(request => Plain(model, tokenizer, request))]);

        Directory.Delete(folder, recursive: true);
        var error = shared.Zip(plain, (a, b) => Math.Abs(a - b)).Max();
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"likelihood {preset}, {examples} examples, {requests.Length} items of 4 options: plain loop "
                + $"{positions / times[1]:N0} tokens/s, shared {positions / times[0]:N0}: "
                + $"{times[1] / times[0]:f1} times; "
                + $"largest difference {error:e1} nats"));
    }

    private static IEnumerable<double> Plain(MiniCpmForCausalLM model, Tokenizer tokenizer, OptionRequest request)
    {
        foreach (var option in request.Options)
        {
            using var scope = NewDisposeScope();
            using var frozen = no_grad();
            var context = request.Before + request.Prompt;
            var first = 1 + tokenizer.Encode(context).Length;
            long[] ids = [tokenizer.BosId, .. tokenizer.Encode(context + option).Select(id => (long)id)];
            var scores = model.Logits(tensor(ids[..^1], [1, ids.Length - 1])).log_softmax(-1);
            var next = tensor(ids[1..], [1, ids.Length - 1, 1]);
            yield return scores.gather(2, next).squeeze(2).narrow(1, first - 1, ids.Length - first)
                .sum(ScalarType.Float64).item<double>();
        }
    }

    private static OptionRequest[] Requests(int examples)
    {
        static string Question(int i) =>
            $"Question: Which of the following licenses applies to contribution number {i} of this work?\nAnswer:";
        string[] options =
            [" the copyright license", " no license at all", " a patent license of the owner", " the trademark"];
        var before = string.Concat(Enumerable.Range(0, examples).Select(i => $"{Question(i)}{options[i % 4]}\n\n"));
        return [.. Enumerable.Range(100, 24).Select(i => new OptionRequest($"{i}", "", before, Question(i), options))];
    }

    private static Tokenizer TrainTokenizer(string folder)
    {
        var text = Path.Combine(folder, "text.txt");
        File.WriteAllText(text, string.Concat(Requests(40).Select(request => request.Before)));
        var path = Path.Combine(folder, "tokenizer.model");
        TokenizerTraining.Train(new TokenizerTrainingOptions([text], path) { Pieces = 330 });
        return Tokenizer.Load(path);
    }
}
