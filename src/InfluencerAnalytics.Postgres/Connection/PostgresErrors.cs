using InfluencerAnalytics.Stores;
using Npgsql;

namespace InfluencerAnalytics.Postgres.Connection;

/// <summary>What a failure of the database means: away, which may pass, or refused, which never will.</summary>
internal static class PostgresErrors
{
    /// <summary>Whether it is the database's, and not a mistake of this program.</summary>
    public static bool IsOfTheDatabase(Exception exception) =>
        exception is NpgsqlException or TimeoutException or System.IO.IOException or System.Net.Sockets.SocketException or ObjectDisposedException
            or InvalidOperationException { Source: "Npgsql" };

    /// <summary>Whether it goes by what a session was given when it began, and keeps: that it only reads (a standby, a disk that was full), or for how long a statement may take.</summary>
    public static bool IsOfTheSession(Exception exception) =>
        exception is PostgresException { SqlState: PostgresErrorCodes.ReadOnlySqlTransaction or PostgresErrorCodes.QueryCanceled };

    /// <summary>Whether a connection failed since the server could not be reached; else it answered, or none was left of the pool.</summary>
    public static bool IsOfTheServer(Exception exception) => exception is not PostgresException && IsOfTheDatabase(exception) && !IsOfThePool(exception);

    /// <summary>Whether a table could not be had within the time that was set for it.</summary>
    public static bool IsOfALock(StoreUnavailableException exception) => exception.InnerException is PostgresException { SqlState: PostgresErrorCodes.LockNotAvailable };

    /// <summary>The exception of the port that it is, in words.</summary>
    /// <param name="exception">What failed.</param>
    /// <param name="where">Where the database is, without what is secret.</param>
    public static Exception Explain(Exception exception, string where) => exception switch
    {
        // Class 22, "data exception": what was given cannot be stored whenever it is tried. Nothing else is refused: whatever does not say so may pass.
        PostgresException { SqlState: ['2', '2', ..] } data => new StoreRefusedException($"PostgreSQL cannot store it: {data.MessageText}.", exception),
        PostgresException { SqlState: PostgresErrorCodes.UndefinedTable or PostgresErrorCodes.UndefinedFunction or PostgresErrorCodes.InvalidSchemaName or PostgresErrorCodes.UndefinedColumn } missing =>
            Away($"The schema in {where} is not there, or older than this program ({missing.MessageText}). Run 'influencer-analytics db migrate'."),
        PostgresException { SqlState: PostgresErrorCodes.InsufficientPrivilege } right =>
            new StoreUnavailableException(
                $"PostgreSQL refuses at {where}: {right.MessageText}. 'influencer-analytics db grants ROLE --user NAME' prints what a role needs, for the owner of the schema to run after 'db migrate'.")
            {
                IsOfARight = true,
            },
        PostgresException { SqlState: PostgresErrorCodes.InvalidPassword or PostgresErrorCodes.InvalidAuthorizationSpecification or PostgresErrorCodes.InvalidCatalogName } login =>
            Away($"PostgreSQL does not let this process in at {where}: {login.MessageText}."),
        PostgresException { SqlState: PostgresErrorCodes.LockNotAvailable } => new StoreUnavailableException(
            $"A transaction of somebody else in PostgreSQL at {where} uses a table and does not end: a backup, or a session that was left open; pg_stat_activity shows which.", exception),
        PostgresException other => Away($"PostgreSQL at {where} failed: {other.MessageText} ({other.SqlState})."),
        _ when IsOfThePool(exception) => Away($"All connections of this process to PostgreSQL at {where} are in use (Maximum Pool Size of the connection string)."),
        { InnerException: TimeoutException } or TimeoutException => Away($"PostgreSQL at {where} did not answer in time."),
        _ => Away($"PostgreSQL at {where} cannot be reached: {(exception.InnerException ?? exception).Message.TrimEnd('.')}."),
    };

    // It has nothing else to be told by.
    private static bool IsOfThePool(Exception exception) => exception is NpgsqlException { InnerException: TimeoutException } && exception.Message.Contains("pool has been exhausted", StringComparison.Ordinal);

    private static StoreUnavailableException Away(string message) => new(message);
}
