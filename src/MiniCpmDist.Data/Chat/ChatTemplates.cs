using MiniCpmDist.Core.Chat;
using MiniCpmDist.Core.Configuration;
using MiniCpmDist.Core.Problems;
using MiniCpmDist.Data.Files;

namespace MiniCpmDist.Data.Chat;

/// <summary>Finds the template that lies in a data folder.</summary>
public static class ChatTemplates
{
    /// <summary>The template; null for a folder of documents.</summary>
    /// <exception cref="ConfigurationException">The file is damaged.</exception>
    public static ChatTemplate? Of(string dataFolder)
    {
        var path = Path.Combine(dataFolder, ChatTemplateFile.FileName);
        return File.Exists(path) ? ChatTemplateFile.Parse(InputFile.ReadText(path), path) : null;
    }
}
