using System.Globalization;
using InfluencerAnalytics.Client;
using InfluencerAnalytics.HostTests.Running;
using Mockstagram.Simulator;
using Mockstagram.Simulator.Answering;

namespace InfluencerAnalytics.HostTests.Processes;

/// <summary>The program on a machine whose clock is wrong, or is set while it runs (libfaketime, Debian package <c>faketime</c>).</summary>
public sealed class SteppedClockTests : IDisposable
{
    private const int Influencers = 200;
    private const int IntervalSeconds = 2;

    private static readonly string? Library = Directory.Exists("/usr/lib")
        ? Directory.EnumerateDirectories("/usr/lib", "faketime", new EnumerationOptions { RecurseSubdirectories = true, MaxRecursionDepth = 2 })
            .Select(directory => Path.Combine(directory, "libfaketimeMT.so.1")).FirstOrDefault(File.Exists)
        : null;

    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("influencer-analytics-clock-");
    private readonly CancellationToken _cancellationToken = TestContext.Current.CancellationToken;
    private TimeSpan _ahead;

    private string OffsetFile => Path.Combine(_directory.FullName, "offset");

    [Fact]
    public async Task Up_FirstStartWithClockAheadThenRight_SaysSoAndReadsOnAndDropsTheFutureWhenAsked()
    {
        await using var provider = await StartProviderAsync();
        await using var up = Create(provider);
        SetClock(TimeSpan.FromHours(3));
        await up.StartAsync(_cancellationToken);
        await WholeSlotAsync(up);
        await up.KillAsync(_cancellationToken);

        SetClock(TimeSpan.Zero);
        await up.StartAsync(_cancellationToken);
        await WholeSlotAsync(up);
        await ReadinessAsync(up, ready => Says(ready, "that have not begun") && Says(ready, "--drop-future"));
        (await ProgramProcess.RunAsync(["status", "--data", up.DataDirectory], _cancellationToken)).Output.ShouldContain("that have not begun");
        await up.KillAsync(_cancellationToken);

        up.More = ["--drop-future"];
        await up.StartAsync(_cancellationToken);
        await WholeSlotAsync(up);
        await ReadinessAsync(up, ready => ready.IsReady);
        up.Output.ShouldContain("Dropped what lay in the future, as asked");
        (await up.ExportAsync(_cancellationToken)).ShouldAllBe(point => point.Slot <= TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds());
    }

    [Theory]
    [InlineData(-3600)]
    [InlineData(-5)]
    [InlineData(5)]
    [InlineData(3600)]
    public async Task Up_ClockIsSetWhileItRuns_ReadsWholeSlotsByTheNewTimeAndSaysSo(int seconds)
    {
        await using var provider = await StartProviderAsync();
        await using var up = Create(provider);
        SetClock(TimeSpan.Zero);
        await up.StartAsync(_cancellationToken);
        await WholeSlotAsync(up);

        SetClock(TimeSpan.FromSeconds(seconds));
        await Until.TrueAsync(
            () => Task.FromResult(up.Output.Contains(seconds > 0 ? "set forward by" : "set back by", StringComparison.Ordinal)),
            TimeSpan.FromSeconds(15), () => $"The step was not noticed. It said:\n{up.Output}", _cancellationToken);
        await WholeSlotAsync(up);
    }

    public void Dispose() => _directory.Delete(recursive: true);

    // By the program's own clock: the next slot that begins and is read whole.
    private async Task WholeSlotAsync(UpProcess up)
    {
        var from = (TimeProvider.System.GetUtcNow() + _ahead).ToUnixTimeMilliseconds();
        await Until.TrueAsync(
            async () => (await up.SlotsAsync(_cancellationToken)).Any(
                slot => slot.Slot > from && slot.Slot < from + 60_000 && slot.Tracked == Influencers && slot.Stored == Influencers),
            TimeSpan.FromSeconds(30), () => $"No slot after {from} was read whole. It said:\n{up.Output}", _cancellationToken);
    }

    private Task ReadinessAsync(UpProcess up, Func<ReadyAnswer, bool> isSo) => Until.TrueAsync(
        async () => isSo(await up.ReadinessAsync(_cancellationToken)), TimeSpan.FromSeconds(20), () => $"Readiness did not say so. It said:\n{up.Output}", _cancellationToken);

    private static bool Says(ReadyAnswer ready, string text) => ready.Reasons.Any(reason => reason.Contains(text, StringComparison.Ordinal));

    private static Task<SimulatorServer> StartProviderAsync() =>
        SimulatorServer.StartAsync(new SimulatorOptions { Port = 0, Count = Influencers }, TestContext.Current.CancellationToken);

    private UpProcess Create(SimulatorServer provider)
    {
        Assert.SkipWhen(Library is null, "libfaketime is not installed (Debian: faketime).");
        var up = new UpProcess(provider.Address, Influencers, IntervalSeconds);
        up.Environment["LD_PRELOAD"] = Library;
        up.Environment["FAKETIME_TIMESTAMP_FILE"] = OffsetFile;
        up.Environment["FAKETIME_CACHE_DURATION"] = "1";
        up.Environment["FAKETIME_DONT_FAKE_MONOTONIC"] = "1";
        // Else every wait of the runtime ends at once, and it spins.
        up.Environment["FAKETIME_FORCE_MONOTONIC_FIX"] = "0";
        return up;
    }

    private void SetClock(TimeSpan ahead)
    {
        _ahead = ahead;
        var draft = OffsetFile + ".new";
        File.WriteAllText(draft, ahead.TotalSeconds.ToString("+0;-0", CultureInfo.InvariantCulture));
        File.Move(draft, OffsetFile, overwrite: true);
    }
}
