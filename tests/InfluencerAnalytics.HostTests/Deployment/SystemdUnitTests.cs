using System.Diagnostics;
using System.Globalization;
using InfluencerAnalytics.Host.Failures;
using InfluencerAnalytics.HostTests.Running;

namespace InfluencerAnalytics.HostTests.Deployment;

/// <summary>The units restart what failed, but not for ever, and systemd understands them.</summary>
public sealed class SystemdUnitTests
{
    private const int StopsWithinSeconds = 10;

    public static TheoryData<string> Units => [SystemdUnit.Up.Name, SystemdUnit.Role.Name];

    [Theory]
    [MemberData(nameof(Units))]
    public void Restarts_AWrongConfiguration_AreNone(string name)
    {
        var unit = new SystemdUnit(name);
        unit["Restart"].ShouldBe("on-failure");
        unit["RestartPreventExitStatus"].ShouldBe(Number(ExitCodes.InvalidInput));
    }

    [Theory]
    [MemberData(nameof(Units))]
    public void Restarts_WhateverElseFailsAtOnce_ComeToAnEnd(string name)
    {
        var unit = new SystemdUnit(name);
        (Int(unit["StartLimitBurst"]) * Int(unit["RestartSec"])).ShouldBeLessThan(Int(unit["StartLimitIntervalSec"]));
        Int(unit["TimeoutStopSec"]).ShouldBeGreaterThan(StopsWithinSeconds);
    }

    [Theory]
    [InlineData("influencer-analytics.service", "up")]
    [InlineData("influencer-analytics@.service", "fetch")]
    public void Data_AreInTheDirectoryThatTheUnitMakes(string name, string instance)
    {
        var directory = $"/var/lib/{new SystemdUnit(name)["StateDirectory"].Replace("%i", instance, StringComparison.Ordinal)}";
        SystemdUnit.Processes.Single(process => process.Where == $"{name}, {instance}").Environment["Embedded__DataDirectory"].ShouldBe(directory);
    }

    [Theory]
    [MemberData(nameof(Units))]
    public async Task Verify_BySystemdItself_SaysNothing(string name)
    {
        Assert.SkipUnless(File.Exists("/usr/bin/systemd-analyze"), "There is no systemd-analyze (Debian: systemd).");
        using var temp = new TempDirectory();
        // It looks whether the program is there.
        var text = new SystemdUnit(name).Text.Replace(SystemdUnit.Program, Path.Combine(AppContext.BaseDirectory, "influencer-analytics"), StringComparison.Ordinal);
        var start = new ProcessStartInfo("/usr/bin/systemd-analyze", ["verify", "--man=no", temp.File(name, text)]) { RedirectStandardError = true, RedirectStandardOutput = true };
        using var verify = Process.Start(start)!;
        var said = verify.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        (await verify.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken) + await said).ShouldBeEmpty();
        await verify.WaitForExitAsync(TestContext.Current.CancellationToken);
        verify.ExitCode.ShouldBe(0);
    }

    private static int Int(string text) => int.Parse(text, CultureInfo.InvariantCulture);

    private static string Number(int number) => number.ToString(CultureInfo.InvariantCulture);
}
