using InfluencerAnalytics.Client.Contract;
using InfluencerAnalytics.Host.Commands.Asking;

namespace InfluencerAnalytics.HostTests.Commands;

public sealed class RosterPrinterTests
{
    [Theory]
    [InlineData("anna", "anna")]
    [InlineData("Änne 2\u00a0🎈", "Änne 2\u00a0🎈")]
    [InlineData("a\u202enna", "a\\u{202E}nna")]
    [InlineData("a\u200bn\u2066n\u2069a", "a\\u{200B}n\\u{2066}n\\u{2069}a")]
    [InlineData("a\u2028b\u001b[31m", "a\\u{2028}b\\u{001B}[31m")]
    [InlineData("a\U000E0041", "a\\u{E0041}")]
    public void Print_Table_ShowsWhatIsHiddenInAName(string username, string shown) => Printed(username, RosterPrinter.Table).Split("  ")[^1].TrimStart().ShouldBe(shown);

    [Fact]
    public void Print_Csv_KeepsTheNameAsItIs() => Printed("a\u202enna", "csv").ShouldContain("a\u202enna", Case.Sensitive);

    private static string Printed(string username, string format)
    {
        using var output = new StringWriter();
        new RosterPrinter(format, output).Print([new RosterItem(1, username, "tracked", "2026-11-23T15:04:00Z", null)]);
        return output.ToString().TrimEnd('\r', '\n');
    }
}
