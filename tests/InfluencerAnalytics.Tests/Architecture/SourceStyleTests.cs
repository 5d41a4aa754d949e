using System.Text.RegularExpressions;

namespace InfluencerAnalytics.Tests.Architecture;

/// <summary>The two rules of <c>.editorconfig</c> that neither a build enforces nor <c>dotnet format whitespace</c>; to run all of <c>dotnet format</c> for them would be a second build.</summary>
public sealed partial class SourceStyleTests
{
    private static readonly string[] Folders = ["src", "tests", "bench"];

    private static readonly IReadOnlyList<string> Files =
    [
        .. Folders.SelectMany(static folder => Directory.EnumerateFiles(Path.Combine(Repository.Root, folder), "*.cs", SearchOption.AllDirectories))
            .Where(static file => !file.Contains($"{Path.DirectorySeparatorChar}obj{Path.DirectorySeparatorChar}", StringComparison.Ordinal)),
    ];

    [Fact]
    public void Usings_OfEachFile_AreSorted()
    {
        Files.Count.ShouldBeGreaterThan(500);
        Files.Where(static file => !AreSorted(File.ReadLines(file))).ShouldBeEmpty();
    }

    [Fact]
    public void Members_OfEachFile_AreNamedWithoutThis() => Files.Where(static file => File.ReadLines(file).Any(NamesThis)).ShouldBeEmpty();

    [Theory]
    [InlineData(true, "using System;", "using System.Text;", "using A;", "using A.B;", "using A.B.C;", "using A.BC;", "using Systems;", "using static A;")]
    [InlineData(false, "using A;", "using System;")]
    [InlineData(false, "using System.Text;", "using System.Collections;")]
    [InlineData(false, "using static A;", "using B;")]
    public void AreSorted_SomeUsings_AreWhenSystemIsFirstAndStaticLast(bool expected, params string[] lines) => AreSorted([.. lines, "", "using var after = it;"]).ShouldBe(expected);

    [Theory]
    [InlineData(true, "        => self.number;")]
    [InlineData(true, "        (self.Read());")]
    [InlineData(false, "        return self;")]
    [InlineData(false, "    // Not beyond self. Nor")]
    [InlineData(false, "    public static int Of(self Thing thing) => thing.Number;")]
    public void NamesThis_SomeLine_DoesWhereAMemberFollows(bool expected, string line) => NamesThis(line.Replace("self", "this", StringComparison.Ordinal)).ShouldBe(expected);

    private static bool AreSorted(IEnumerable<string> lines)
    {
        var keys = lines.TakeWhile(static line => line.StartsWith("using ", StringComparison.Ordinal)).Select(Key).ToList();
        return keys.SequenceEqual(keys.Order(StringComparer.OrdinalIgnoreCase));
    }

    // Before all others are those of System, after them the static ones; a point comes before any letter.
    private static string Key(string line)
    {
        var name = line.Split(' ')[^1].TrimEnd(';');
        var group = line.StartsWith("using static ", StringComparison.Ordinal) ? 2 : name is "System" || name.StartsWith("System.", StringComparison.Ordinal) ? 0 : 1;
        return $"{group}{name.Replace('.', '\0')}";
    }

    private static bool NamesThis(string line) => !line.TrimStart().StartsWith("//", StringComparison.Ordinal) && MemberOfThis.IsMatch(line);

    [GeneratedRegex(@"(?<![\w.])this\.\w")]
    private static partial Regex MemberOfThis { get; }
}
