using System.Runtime.InteropServices;

namespace InfluencerAnalytics.Embedded.Files;

/// <summary>Gets files on the disk whole or not at all.</summary>
internal static partial class FileSync
{
    private const int ReadOnly = 0;

    /// <summary>Writes a small file beside, forces it to the disk, and puts it in its place: whatever happens, there is the old one or the new one.</summary>
    /// <param name="steps">Those of the disk, unless somebody looks on: what was left out of them shows only when the power fails.</param>
    public static void Replace(string path, string text, IReplaceSteps? steps = null)
    {
        steps ??= new DiskSteps();
        var beside = path + ".new";
        steps.Write(beside, text);
        steps.Flush(beside);
        steps.Rename(beside, path);
        steps.FlushDirectory(Path.GetDirectoryName(path)!);
    }

    /// <summary>Has what was written to a file so far on the disk.</summary>
    public static void Flush(string path)
    {
        using var file = File.OpenHandle(path, FileMode.Open, OperatingSystem.IsWindows() ? FileAccess.ReadWrite : FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        RandomAccess.FlushToDisk(file);
    }

    /// <summary>Has the names in a directory on the disk. .NET opens no directories, hence the C library.</summary>
    public static void FlushDirectory(string path)
    {
        // A file system that journals its names does it by itself.
        if (OperatingSystem.IsWindows())
            return;
        var descriptor = open(path, ReadOnly);
        if (descriptor < 0)
            throw new IOException($"{path} cannot be opened: {Marshal.GetLastPInvokeErrorMessage()}");
        var failed = fsync(descriptor) != 0;
        var reason = Marshal.GetLastPInvokeErrorMessage();
        _ = close(descriptor);
        if (failed)
            throw new IOException($"{path} cannot be forced to the disk: {reason}");
    }

    [LibraryImport("libc", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int open(string path, int flags);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int fsync(int descriptor);

    [LibraryImport("libc")]
    private static partial int close(int descriptor);

    private sealed class DiskSteps : IReplaceSteps
    {
        public void Write(string path, string text) => File.WriteAllText(path, text);

        public void Flush(string path) => FileSync.Flush(path);

        public void Rename(string from, string to) => File.Move(from, to, overwrite: true);

        public void FlushDirectory(string path) => FileSync.FlushDirectory(path);
    }
}
