using InfluencerAnalytics.Host.Failures;

namespace InfluencerAnalytics.Host.Configuration;

/// <summary>The directory that holds the data, the API key, the log and the address of who runs on it.</summary>
internal static class DataDirectoryPath
{
    private const string Default = "data";

    public static string Of(IConfiguration configuration) => Path.GetFullPath(configuration[SettingKeys.DataDirectory] is { Length: > 0 } path ? path : Default);

    /// <summary>For commands that have nothing to do on a directory that is not there, and must not make one.</summary>
    /// <exception cref="CommandFailedException">It is not there.</exception>
    public static void Require(IConfiguration configuration)
    {
        if (!StorageLayout.Of(configuration, role: null).UsesDirectory)
            return;
        var directory = Of(configuration);
        if (!Directory.Exists(directory))
            throw new CommandFailedException(ExitCodes.InvalidInput, $"There is no data directory {directory}. Name it with --data.");
    }

    /// <summary>Makes it when it is missing, readable by its owner only.</summary>
    /// <exception cref="CommandFailedException">It cannot be made or written to.</exception>
    public static string Prepare(IConfiguration configuration)
    {
        var path = Of(configuration);
        try
        {
            if (OperatingSystem.IsWindows())
                Directory.CreateDirectory(path);
            else
                Directory.CreateDirectory(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
            return path;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new CommandFailedException(
                ExitCodes.DirectoryUnusable,
                $"The data directory {path} cannot be made: {exception.Message} Give this user the right to write there, or choose another directory with --data.",
                exception);
        }
    }
}
