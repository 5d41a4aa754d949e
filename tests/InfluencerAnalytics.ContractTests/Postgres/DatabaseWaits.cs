using Npgsql;

namespace InfluencerAnalytics.ContractTests.Postgres;

/// <summary>Staging of races on a real server: what one session does is held up by a lock of another.</summary>
internal static class DatabaseWaits
{
    /// <summary>Waits until some session of the database waits for a lock, or something that might have is done.</summary>
    public static async Task UntilBlockedAsync(string connectionString, Task orDone)
    {
        await using var connection = await OpenAsync(connectionString);
        await using var command = new NpgsqlCommand("SELECT EXISTS (SELECT FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock')", connection);
        while (!orDone.IsCompleted && !(bool)(await command.ExecuteScalarAsync(TestContext.Current.CancellationToken))!)
            await Task.Yield();
    }

    /// <summary>A connection of its own, outside of any pool.</summary>
    public static async Task<NpgsqlConnection> OpenAsync(string connectionString)
    {
        var connection = new NpgsqlConnection(connectionString + ";Pooling=false");
        await connection.OpenAsync(TestContext.Current.CancellationToken);
        return connection;
    }

    /// <summary>Runs SQL on an open connection.</summary>
    public static async Task DoAsync(NpgsqlConnection connection, string sql)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync(TestContext.Current.CancellationToken);
    }
}
