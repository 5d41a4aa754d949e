using InfluencerAnalytics.Host.Api.Keys;
using InfluencerAnalytics.Host.Failures;

namespace InfluencerAnalytics.Host.Commands.Asking;

/// <summary>The API key that commands send: that of the environment, else that of the data directory, else none.</summary>
/// <param name="File">Where the directory's own is looked for.</param>
/// <param name="Key">Null for none. Not for logs.</param>
internal sealed record KeyToSend(string File, string? Key)
{
    public const string Variable = "INFLUENCER_ANALYTICS_API_KEY";

    /// <exception cref="CommandFailedException">What is there is no key.</exception>
    public static KeyToSend Find(string dataDirectory)
    {
        var file = Path.Combine(dataDirectory, ApiKeyFile.FileName);
        if (Environment.GetEnvironmentVariable(Variable) is { Length: > 0 } given)
        {
            return ApiKeyFile.IsSendable(given)
                ? new KeyToSend(file, given)
                : throw new CommandFailedException(ExitCodes.InvalidInput, $"{Variable} is no API key: a key is printable ASCII without spaces.");
        }
        if (Read(file) is not { } key)
            return new KeyToSend(file, null);
        return ApiKeyFile.IsSendable(key)
            ? new KeyToSend(file, key)
            : throw new CommandFailedException(
                ExitCodes.DirectoryUnusable, $"{file} holds something else than an API key: a key is printable ASCII without spaces. Put the right one there, or into {Variable}.");
    }

    // The record's own text would show the key.
    public override string ToString() => $"API key in {File}";

    private static string? Read(string file)
    {
        try
        {
            return System.IO.File.ReadAllText(file).Trim();
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }
}
