namespace MiniCpmDist.Data.TextCollection;

/// <summary>What kind of files a corpus is collected from.</summary>
public enum TextKind
{
    /// <summary>Reading matter: plain text, HTML, manual pages; markup goes, blank lines are folded.</summary>
    Prose,

    /// <summary>Source code, as it stands in its files: indentation is part of what it says.</summary>
    Code,
}
