using System.Text.RegularExpressions;
using NUnit.Framework;

namespace ClosedDoor.Tests;

/// <summary>README.md as the tests read it: its shell lines with their answers, and its tables.</summary>
static partial class Readme
{
    public static string Root { get; } = FindRoot();

    public static string Text { get; } = File.ReadAllText(Path.Combine(Root, "README.md"));

    /// <summary>All lines of the shell blocks of one section, in order.</summary>
    public static string[] ShellLines(string heading)
    {
        var section = Text.Split($"\n## {heading}\n")[1].Split("\n## ")[0];
        return
        [
            .. ShellBlock().Matches(section).SelectMany(block => block.Groups["lines"].Value.TrimEnd().Split('\n')),
        ];
    }

    /// <summary>Rows of the tables whose first cell begins with this, as cells without backticks.</summary>
    public static string[][] Rows(string prefix) =>
        [
            .. Text.Split('\n')
                .Where(line => line.StartsWith($"| `{prefix}", StringComparison.Ordinal))
                .Select(line => line.Trim('|', ' ').Split('|').Select(cell => cell.Trim(' ', '`')).ToArray()),
        ];

    /// <summary>The one block of this language.</summary>
    public static string Block(string language) => Text.Split($"\n```{language}\n")[1].Split("\n```")[0];

    static string FindRoot()
    {
        for (var folder = TestContext.CurrentContext.TestDirectory; folder is not null; )
        {
            if (File.Exists(Path.Combine(folder, "ClosedDoor.sln")))
                return folder;
            folder = Path.GetDirectoryName(folder);
        }
        throw new InvalidOperationException("The tests do not run inside of the repository.");
    }

    [GeneratedRegex("^```bash\n(?<lines>.*?)^```$", RegexOptions.Multiline | RegexOptions.Singleline, 1000)]
    private static partial Regex ShellBlock();
}
