namespace InfluencerAnalytics.Host.Processes;

/// <summary>
/// A file in the data directory with the address of the process that serves it, so that other commands find it. It may be left over
/// from a process that was killed: whoever reads it has to ask the address.
/// </summary>
internal sealed class RunningFile : IDisposable
{
    private const string FileName = "listening";

    private readonly string _path;

    private RunningFile(string path) => _path = path;

    /// <exception cref="InvalidDataException">It cannot be written, since a directory stands in its place.</exception>
    public static void Check(string directory)
    {
        var path = Path.Combine(directory, FileName);
        if (Directory.Exists(path))
            throw new InvalidDataException($"{path} is a directory where the file has to be that says where this process listens. Nothing of ours makes it one: move it away and start again.");
    }

    public static RunningFile Write(string directory, Uri site)
    {
        var path = Path.Combine(directory, FileName);
        File.WriteAllText(path, site + "\n");
        return new RunningFile(path);
    }

    /// <summary>The address of the last process that served the directory, or null.</summary>
    public static Uri? Read(string directory)
    {
        try
        {
            return Uri.TryCreate(File.ReadAllText(Path.Combine(directory, FileName)).Trim(), UriKind.Absolute, out var site) ? site : null;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    public void Dispose()
    {
        try
        {
            File.Delete(_path);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // A file left over is found out by whoever asks the address.
        }
    }
}
