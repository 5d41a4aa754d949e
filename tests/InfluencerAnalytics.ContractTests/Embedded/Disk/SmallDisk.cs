using System.Diagnostics;

namespace InfluencerAnalytics.ContractTests.Embedded.Disk;

/// <summary>A file system of its own in memory, so that it can be filled to the last byte. Only the superuser can make one.</summary>
internal sealed class SmallDisk : IDisposable
{
    private readonly DirectoryInfo _root = Directory.CreateTempSubdirectory("influencer-analytics-disk-");

    private SmallDisk()
    {
    }

    public string Path => _root.FullName;

    private string Filler => System.IO.Path.Combine(Path, "filler");

    /// <summary>Null where none can be made.</summary>
    public static async Task<SmallDisk?> TryMountAsync(int megabytes, CancellationToken cancellationToken)
    {
        if (!OperatingSystem.IsLinux() || Environment.UserName != "root")
            return null;
        var disk = new SmallDisk();
        if (await RunAsync("mount", ["-t", "tmpfs", "-o", $"size={megabytes}m", "tmpfs", disk.Path], cancellationToken) == 0)
            return disk;
        disk._root.Delete();
        return null;
    }

    /// <summary>Takes what is left but for so many bytes.</summary>
    public void Fill(long butFor = 0)
    {
        using var file = new FileStream(Filler, FileMode.Append, FileAccess.Write, FileShare.None, bufferSize: 0);
        var chunk = new byte[4096];
        try
        {
            while (new DriveInfo(Path).AvailableFreeSpace > butFor)
                file.Write(chunk);
        }
        catch (IOException)
        {
            // That was the last byte.
        }
    }

    public void Free() => File.Delete(Filler);

    public void Dispose()
    {
        RunAsync("umount", [Path], CancellationToken.None).GetAwaiter().GetResult().ShouldBe(0);
        _root.Delete();
    }

    private static async Task<int> RunAsync(string program, string[] arguments, CancellationToken cancellationToken)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardError = true })!;
        await process.WaitForExitAsync(cancellationToken);
        return process.ExitCode;
    }
}
