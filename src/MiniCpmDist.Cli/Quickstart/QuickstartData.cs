using System.Globalization;
using MiniCpmDist.Cli.Display;
using MiniCpmDist.Data.Files;

namespace MiniCpmDist.Cli.Quickstart;

/// <summary>
/// Makes the quickstart's data: a corpus of each source, one tokenizer for both, tokens of each. Each product is made
/// under another name and renamed when it is whole, so that one that exists is one to be used.
/// </summary>
/// <param name="places">Where it lies.</param>
/// <param name="sequenceLength">The recipe's, in tokens.</param>
/// <param name="minicpm">Runs a command of minicpm; throws where it fails.</param>
/// <param name="fetch">Makes a folder of texts: package list, least bytes, folder.</param>
/// <param name="screen">Where sentences go.</param>
internal sealed class QuickstartData(
    QuickstartPlaces places, int sequenceLength, Action<string[]> minicpm, Action<string, long, string> fetch,
    Screen screen)
{
    private const int Pieces = 4096;
    private readonly string _documents = Path.Combine(places.Work, "documents");

    /// <summary>True where there are tokens of each source.</summary>
    public bool HasTokens => QuickstartSource.All.All(source => Directory.Exists(places.Tokens(source)));

    /// <summary>
    /// Removes what was made from something that has changed since, and all that was made from it in turn.
    /// </summary>
    public void ForgetOutdated()
    {
        foreach (var source in QuickstartSource.All.Where(HasOtherList))
        {
            screen.Line(
                $"The package list of {source.Name} has changed: making its corpus, the tokenizer and all tokens "
                + "anew.");
            ForgetTokenizer();
            QuickstartPlaces.Remove(places.Corpus(source));
        }
        if (File.Exists(places.SequenceLength) && InputFile.ReadText(places.SequenceLength).Trim() != LengthText)
        {
            screen.Line("The recipe's sequence_length has changed: packing the tokens anew.");
            ForgetTokens();
        }
    }

    /// <summary>Makes what is not there.</summary>
    /// <param name="tokensChange">Called before new tokens are made: no run goes on with other tokens.</param>
    public void Make(Action tokensChange)
    {
        foreach (var source in QuickstartSource.All)
            MakeCorpus(source);
        MakeTokenizer();
        MakeTokens(tokensChange);
    }

    private string LengthText => sequenceLength.ToString(CultureInfo.InvariantCulture);

    private bool HasOtherList(QuickstartSource source) => Directory.Exists(places.Corpus(source))
        && (!File.Exists(places.CorpusList(source))
            || InputFile.ReadText(places.CorpusList(source)) != InputFile.ReadText(places.PackageList(source)));

    private void MakeCorpus(QuickstartSource source)
    {
        var corpus = places.Corpus(source);
        if (Directory.Exists(corpus))
            return;
        var list = InputFile.ReadText(places.PackageList(source));
        QuickstartPlaces.Remove(_documents);
        fetch(list, source.LeastBytes, _documents);
        Directory.CreateDirectory(Path.GetDirectoryName(corpus)!);
        QuickstartPlaces.Remove($"{corpus}.new");
        string[] kind = source.IsCode ? ["--code"] : [];
        minicpm(["data", "collect", .. kind, "--out", $"{corpus}.new", _documents]);
        File.WriteAllText(places.CorpusList(source), list);
        Directory.Move($"{corpus}.new", corpus);
        QuickstartPlaces.Remove(_documents);
    }

    private void MakeTokenizer()
    {
        if (File.Exists(places.Tokenizer))
            return;
        ForgetTokens();
        var model = Path.ChangeExtension(places.Tokenizer, ".new.model");
        File.Delete(model);
        minicpm(
        [
            "tokenizer", "train", "--out", model, "--pieces", Pieces.ToString(CultureInfo.InvariantCulture),
            .. QuickstartSource.All.Select(places.Corpus),
        ]);
        File.Move(model, places.Tokenizer);
    }

    private void MakeTokens(Action tokensChange)
    {
        if (HasTokens)
            return;
        tokensChange();
        File.WriteAllText(places.SequenceLength, LengthText + "\n");
        foreach (var source in QuickstartSource.All.Where(source => !Directory.Exists(places.Tokens(source))))
        {
            minicpm(
            [
                "data", "build", "--name", source.Name, "--sequence-length", LengthText, "--held-out", "0.05",
                "--tokenizer", places.Tokenizer, "--out", places.Tokens(source), places.Corpus(source),
            ]);
        }
    }

    private void ForgetTokenizer()
    {
        ForgetTokens();
        File.Delete(places.Tokenizer);
    }

    // The tokens first and what they were made from last: the next call goes on with a removal that was cut short.
    private void ForgetTokens()
    {
        foreach (var source in QuickstartSource.All)
        {
            QuickstartPlaces.Remove(places.Tokens(source));
            QuickstartPlaces.Remove($"{places.Tokens(source)}.partial");
        }
        File.Delete(places.SequenceLength);
    }
}
