using InfluencerAnalytics.Configuration;
using Npgsql;

namespace InfluencerAnalytics.Postgres.Configuration;

/// <summary>What is asked of a connection string, and how it may be shown.</summary>
public static class ConnectionStrings
{
    /// <summary>Says what is wrong with it, without repeating it: a password may stand anywhere in what is wrong.</summary>
    public static void Check(string? connectionString, string key, OptionsErrors errors)
    {
        if (string.IsNullOrWhiteSpace(connectionString))
            return;
        try
        {
            if (new NpgsqlConnectionStringBuilder(connectionString).Host is not { Length: > 0 })
                errors.Add(key, "names no host: \"Host=…;Database=…;Username=…\".");
            else if (Contradiction(connectionString) is { } contradiction)
                errors.Add(key, $"cannot be used: {contradiction.TrimEnd('.')}.");
        }
        catch (Exception exception) when (exception is ArgumentException or FormatException or InvalidCastException or OverflowException)
        {
            errors.Add(key, "is not a connection string of Npgsql: \"Host=…;Database=…;Username=…;Password=…\".");
        }
    }

    // Each part is right, and they do not go together, which Npgsql says only when it is to connect. It names parts and numbers then, and repeats none.
    private static string? Contradiction(string connectionString)
    {
        try
        {
            using var source = NpgsqlDataSource.Create(connectionString);
            return null;
        }
        catch (Exception exception) when (exception is ArgumentException or NotSupportedException or InvalidOperationException)
        {
            return exception.Message;
        }
    }

    /// <summary>Whether a text is a connection string with a password in it.</summary>
    public static bool HasPassword(string? text)
    {
        // Cheaper than to try whatever is no connection string at all.
        if (text is null || !text.Contains('=', StringComparison.Ordinal))
            return false;
        try
        {
            return !string.IsNullOrEmpty(new NpgsqlConnectionStringBuilder(text).Password);
        }
        catch (ArgumentException)
        {
            return false;
        }
    }

    /// <summary>Where it leads, without what is secret: "db:5432/influencers as ia_ingest".</summary>
    public static string Describe(string connectionString)
    {
        var parts = new NpgsqlConnectionStringBuilder(connectionString);
        return $"{parts.Host}:{parts.Port}/{parts.Database ?? parts.Username} as {parts.Username}";
    }
}
