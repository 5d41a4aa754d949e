using System.CommandLine;
using InfluencerAnalytics.Host.Commands;
using InfluencerAnalytics.Host.Failures;

namespace InfluencerAnalytics.Tests.Commands;

public sealed class CommandLineTests
{
    [Theory]
    [InlineData("up --interval 10s")]
    [InlineData("up --interval 1m --influencers 5 --listen http://*:80 --provider http://10.0.0.7:3000 --data /tmp/x --no-live")]
    [InlineData("up --interval 00:01:00")]
    [InlineData("up --set Seeding:Interval=10s --set Fetching:Attempts=2")]
    [InlineData("seed 1000000+10000")]
    [InlineData("seed - --skip-invalid")]
    [InlineData("seed")]
    [InlineData("roster add 1000001 1000100-1000199")]
    [InlineData("roster add @ids.txt")]
    [InlineData("roster remove -")]
    [InlineData("roster list --query anna --status failing --format csv")]
    [InlineData("status --watch")]
    [InlineData("export --all --start 2026-11-22 -o day.csv")]
    [InlineData("export 1000001")]
    [InlineData("dead-letters replay --all")]
    [InlineData("dead-letters drop 2-17 2-18")]
    [InlineData("simulate --count 10")]
    [InlineData("simulate history --days 30 --influencers 10")]
    [InlineData("seeder")]
    [InlineData("fetch --provider http://10.0.0.7:3000")]
    [InlineData("ingest")]
    [InlineData("serve --listen http://127.0.0.1:0")]
    public void Parse_LinesOfTheHelp_AreUnderstood(string line) => CommandLine.Create().Parse(line, CommandLine.Parsing).Errors.ShouldBeEmpty();

    [Theory]
    [InlineData("up --interval 2h", "--interval")]
    [InlineData("up --interval 500ms", "--interval")]
    [InlineData("up --interval 60", "--interval")]
    [InlineData("up --influencers many", "--influencers: 'many' is not a whole number")]
    [InlineData("up --influencers 99999999999", "--influencers: '99999999999' is not a whole number, or is too large")]
    [InlineData("export me", "ID: 'me' is not a whole number")]
    [InlineData("simulate --count 1.5", "--count: '1.5' is not a whole number")]
    [InlineData("simulate history --days x", "--days: 'x' is not a whole number")]
    [InlineData("simulate history --first-id 0", "--first-id: '0' is not between 1 and")]
    [InlineData("up --provider ten", "--provider")]
    [InlineData("up --set Interval=5s", "--set")]
    [InlineData("export", "--all")]
    [InlineData("export 5 --all", "--all")]
    [InlineData("export 0", "'0'")]
    [InlineData("dead-letters replay", "--all")]
    [InlineData("dead-letters list --queue nonsense", "nonsense")]
    [InlineData("simulate history --days 0", "--days")]
    [InlineData("simulate history --interval 7s", "--interval")]
    [InlineData("roster add nonsense", "'nonsense' is not an id")]
    [InlineData("roster remove 1000001 @/nowhere/ids.txt", "'/nowhere/ids.txt' cannot be read")]
    [InlineData("roster list --status new", "new")]
    [InlineData("roster list --format xml", "xml")]
    [InlineData("roster add", "argument missing for command: 'add'")]
    [InlineData("upp", "upp")]
    public async Task Run_LinesThatMakeNoSense_ExitWith2AndNameWhatIsWrong(string line, string named)
    {
        var (code, _, error) = await RunAsync(line.Split(' '));

        code.ShouldBe(ExitCodes.InvalidInput);
        error.ShouldContain(named);
    }

    public static IEnumerable<TheoryDataRow<string>> Commands() => Names(CommandLine.Create(), "").Select(name => new TheoryDataRow<string>(name));

    [Theory]
    [MemberData(nameof(Commands))]
    public async Task Help_EveryCommand_ShowsAnExample(string command)
    {
        var (code, output, _) = await RunAsync([.. command.Split(' ', StringSplitOptions.RemoveEmptyEntries), "--help"]);

        code.ShouldBe(ExitCodes.Success);
        output.ShouldContain("Example", Case.Sensitive);
    }

    [Fact]
    public async Task CheckConfig_Mistakes_ListsAllOfThemAndExitsWith2()
    {
        var (code, _, error) = await RunAsync(["check-config", "--set", "Seeding:ShardSize=0", "--set", "Fetching:Atempts=2", "--set", "Server:Listen=nowhere"]);

        code.ShouldBe(ExitCodes.InvalidInput);
        error.ShouldContain("3 errors");
        error.ShouldContain("Seeding:ShardSize");
        error.ShouldContain("Did you mean Attempts?");
        error.ShouldContain("Server:Listen");
        error.ShouldNotContain("   at ");
    }

    [Fact]
    public async Task CheckConfig_ValidSettings_ShowsValuesAndWhereTheyComeFrom()
    {
        var (code, output, error) = await RunAsync(["check-config", "--set", "Seeding:Interval=10s"]);

        code.ShouldBe(ExitCodes.Success);
        error.ShouldBeEmpty();
        output.Split(Environment.NewLine).ShouldContain(line => line.StartsWith("Seeding:Interval", StringComparison.Ordinal) && line.EndsWith("10s  (command line)", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("check-config")]
    [InlineData("up")]
    public async Task Any_SqsWithTooShortAnInterval_SaysSoAndExitsWith2(string command)
    {
        var (code, _, error) = await RunAsync([command, "--set", "Storage:Queue=Sqs", "--set", "Sqs:Region=eu-central-1", "--set", "Seeding:Interval=4s"]);

        code.ShouldBe(ExitCodes.InvalidInput);
        error.ShouldContain("Seeding:Interval: an interval of 4 s is too short for SQS");
    }

    [Fact]
    public async Task CheckConfig_BrokenFile_NamesTheFile()
    {
        var file = Path.GetTempFileName();
        try
        {
            await File.WriteAllTextAsync(file, "{ not json", TestContext.Current.CancellationToken);

            var (code, _, error) = await RunAsync(["check-config", "--config", file]);

            code.ShouldBe(ExitCodes.InvalidInput);
            error.ShouldContain(file);
        }
        finally
        {
            File.Delete(file);
        }
    }

    [Fact]
    public async Task Up_WrongConfiguration_StartsNothing()
    {
        var directory = Path.Combine(Path.GetTempPath(), $"never-made-{Guid.NewGuid():N}");

        var (code, _, error) = await RunAsync(["up", "--data", directory, "--set", "Seeding:ShardSize=0"]);

        code.ShouldBe(ExitCodes.InvalidInput);
        error.ShouldContain("Seeding:ShardSize");
        Directory.Exists(directory).ShouldBeFalse();
    }

    [Theory]
    [InlineData("status")]
    [InlineData("export 1000001")]
    [InlineData("dead-letters list")]
    public async Task ClientCommands_NothingRuns_ExitWith6AndSayWhatToStart(string line)
    {
        var (code, _, error) = await RunAsync([.. line.Split(' '), "--url", "http://127.0.0.1:1"]);

        code.ShouldBe(ExitCodes.NotRunning);
        error.ShouldContain("influencer-analytics up");
    }

    [Theory]
    [InlineData("config show")]
    [InlineData("config set interval=10s")]
    [InlineData("seed")]
    [InlineData("seed 1000000+5")]
    [InlineData("seed --interval 10s")]
    public async Task CommandsThatMayUseTheDirectory_NothingRunsWhereUrlSays_ExitWith6AndTouchNoDirectory(string line)
    {
        var directory = Path.Combine(Path.GetTempPath(), $"never-made-{Guid.NewGuid():N}");

        var (code, output, error) = await RunAsync([.. line.Split(' '), "--url", "http://127.0.0.1:1", "--data", directory]);

        code.ShouldBe(ExitCodes.NotRunning, output);
        error.ShouldContain("Nothing answers on http://127.0.0.1:1");
        output.ShouldBeEmpty();
        Directory.Exists(directory).ShouldBeFalse();
    }

    [Fact]
    public async Task ClientCommands_KeyFileOfRandomBytes_SayThatItIsNoKey()
    {
        var directory = Directory.CreateTempSubdirectory("influencer-analytics-test-").FullName;
        try
        {
            var bytes = new byte[60];
            new Random(1).NextBytes(bytes);
            var file = Path.Combine(directory, "api-key");
            await File.WriteAllBytesAsync(file, bytes, TestContext.Current.CancellationToken);

            var (code, _, error) = await RunAsync(["status", "--data", directory, "--url", "http://127.0.0.1:1"]);

            code.ShouldBe(ExitCodes.DirectoryUnusable);
            error.ShouldContain($"{file} holds something else than an API key");
            error.ShouldNotContain("   at ");
        }
        finally
        {
            Directory.Delete(directory, recursive: true);
        }
    }

    [Fact]
    public async Task Seed_GarbageLine_DoesNothingAndNamesTheLine()
    {
        var file = Path.GetTempFileName();
        try
        {
            await File.WriteAllTextAsync(file, "1000001\nnot an id\n", TestContext.Current.CancellationToken);

            var (code, output, error) = await RunAsync(["seed", file, "--url", "http://127.0.0.1:1"]);

            code.ShouldBe(ExitCodes.InvalidInput);
            error.ShouldContain("line 2: 'not an id'");
            output.ShouldBeEmpty();
        }
        finally
        {
            File.Delete(file);
        }
    }

    private static IEnumerable<string> Names(Command command, string path)
    {
        yield return path;
        foreach (var child in command.Subcommands)
        {
            foreach (var name in Names(child, $"{path} {child.Name}".Trim()))
                yield return name;
        }
    }

    private static async Task<(int Code, string Output, string Error)> RunAsync(string[] args)
    {
        using var output = new StringWriter();
        using var error = new StringWriter();
        var code = await CommandLine.RunAsync(args, output, error, TestContext.Current.CancellationToken);
        return (code, output.ToString(), error.ToString());
    }
}
