using InfluencerAnalytics.Host.Logging;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;

namespace InfluencerAnalytics.Tests.Logging;

public sealed class LogFileTests : IDisposable
{
    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("influencer-analytics-log-");
    private readonly FakeTimeProvider _time = new(new DateTimeOffset(2026, 11, 25, 12, 0, 0, TimeSpan.Zero));

    private string LogPath => Path.Combine(_directory.FullName, "up.log");

    public void Dispose() => _directory.Delete(recursive: true);

    [Fact]
    public void Log_AnEvent_IsInTheFileAtOnceAsOneLine()
    {
        using var file = new LogFile(LogPath, _time);
        Write(file, "first\nsecond");
        using var reader = new StreamReader(new FileStream(LogPath, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete));
        reader.ReadToEnd().ShouldBe("2026-11-25T12:00:00.000Z warn  Room: first | second" + Environment.NewLine);
    }

    [Fact]
    public void Log_BeyondTheBound_MovesTheFileAsideAndGoesOnUnderTheSameName()
    {
        using (var file = new LogFile(LogPath, _time))
        {
            var text = new string('x', 100_000);
            for (var i = 0; i < 250; i++)
                Write(file, text);
            Write(file, "the last");
        }
        _directory.EnumerateFiles().Select(file => file.Name).Order().ShouldBe(["up.log", "up.log.1"]);
        _directory.EnumerateFiles().ShouldAllBe(file => file.Length < 10_200_000);
        File.ReadLines(LogPath).Last().ShouldEndWith("the last");
    }

    [Fact]
    public void Log_OnAFullDisk_Goes()
    {
        // The kernel's own full disk: every write of it fails for want of space.
        const string full = "/dev/full";
        Assert.SkipUnless(File.Exists(full), "There is no /dev/full.");
        using var file = new LogFile(full, _time);
        Should.NotThrow(() => Write(file, "lost"));
    }

    private static void Write(LogFile file, string message) =>
        file.CreateLogger("Some.Room").Log(LogLevel.Warning, 1, message, null, static (text, _) => text);
}
