using InfluencerAnalytics.HostTests.Running;

namespace InfluencerAnalytics.HostTests.Commands;

/// <summary>Settings that are right each for itself and cannot work together: refused by a start and by <c>check-config</c>, with the reason.</summary>
public sealed class RoleRefusalTests : IDisposable
{
    private readonly TempDirectory _temp = new();

    private string Data => Path.Combine(_temp.Path, "data");

    public static TheoryData<string> Alone => ["seeder", "fetch", "ingest", "classify", "serve"];

    public void Dispose() => _temp.Dispose();

    [Theory]
    [MemberData(nameof(Alone))]
    public Task Role_StoreSharedAndQueuesEmbedded_IsRefused(string command) =>
        ShouldBeRefusedAsync(command, "Storage:Queue: the queues are Embedded", "Set Storage:Queue=Sqs, or run 'up'", "Storage:Store=Postgres");

    [Theory]
    [MemberData(nameof(Alone))]
    public Task Role_QueuesSharedAndStoreEmbedded_IsRefused(string command) =>
        ShouldBeRefusedAsync(command, "Storage:Store: the store is Embedded", "Set Storage:Store=Postgres, or run 'up'", "Storage:Queue=Sqs");

    [Fact]
    public Task Serve_NoDirectoryAndNoKey_IsRefused() =>
        ShouldBeRefusedAsync("serve", "Api:Keys: 'serve' has no data directory", "Api:Keys:0:Hash", "Storage:Queue=Sqs", "Storage:Store=Postgres");

    [Theory]
    [InlineData("up")]
    [InlineData("fetch")]
    public Task Start_IntervalTooShortForSqs_IsRefused(string command) =>
        ShouldBeRefusedAsync(command, "Seeding:Interval: an interval of 2 s is too short for SQS", "5s is the shortest", "Storage:Queue=Sqs", "Storage:Store=Postgres", "Seeding:Interval=2s");

    [Theory]
    [InlineData("Storage:Store=Postgress")]
    [InlineData("Storage:Store=7")]
    public Task Start_MisspeltStore_IsRefused(string setting) => ShouldBeRefusedAsync("up", "Storage:Store: '", "one of Embedded, Postgres", setting);

    [Theory]
    [InlineData("It is not for 'seeder', 'fetch', 'ingest', 'classify', 'serve' alone", "Storage:Queue=Sqs")]
    [InlineData("It is not for 'seeder', 'fetch', 'ingest', 'classify', 'serve' alone", "Storage:Store=Postgres")]
    [InlineData("It is not for 'serve' alone", "Storage:Queue=Sqs", "Storage:Store=Postgres")]
    public async Task CheckConfig_NoCommandNamed_SaysWhichItIsNotFor(string expected, params string[] settings)
    {
        var (code, output) = await RunAsync(["check-config"], settings);
        code.ShouldBe(0, output);
        output.ShouldContain("valid for 'up'");
        output.ShouldContain(expected);
    }

    [Theory]
    [MemberData(nameof(Alone))]
    public async Task CheckConfig_RoleAlone_IsValidWhereItWorks(string command)
    {
        var (code, output) = await RunAsync(
            ["check-config", command], "Storage:Queue=Sqs", "Storage:Store=Postgres", "Api:Keys:0:Name=ops", "Api:Keys:0:Rights=Read,Write", $"Api:Keys:0:Hash={new string('a', 64)}");
        code.ShouldBe(0, output);
        output.ShouldContain($"valid for '{command}'");
        (await RunAsync(["check-config", command])).Code.ShouldBe(0);
    }

    private async Task ShouldBeRefusedAsync(string command, string reason, string remedy, params string[] settings)
    {
        foreach (var line in (string[][])[[command, "--data", Data], ["check-config", command]])
        {
            var (code, output) = await RunAsync(line, settings);
            code.ShouldBe(2, output);
            output.ShouldContain(reason);
            output.ShouldContain(remedy);
            output.ShouldNotContain("   at ");
        }
        Directory.Exists(Data).ShouldBeFalse();
    }

    // Where queues and store are is not what these tests are about.
    private static Task<(int Code, string Output)> RunAsync(string[] line, params IEnumerable<string> settings) => ProgramProcess.RunAsync(
        [.. line, "--set", "Sqs:Region=us-east-1", "--set", "Postgres:ConnectionString=Host=nowhere.invalid", .. settings.SelectMany(setting => (string[])["--set", setting])],
        TestContext.Current.CancellationToken);
}
