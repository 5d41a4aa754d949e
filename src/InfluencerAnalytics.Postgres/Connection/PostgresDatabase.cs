using InfluencerAnalytics.Postgres.Configuration;
using InfluencerAnalytics.Stores;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace InfluencerAnalytics.Postgres.Connection;

/// <summary>
/// Connections to the database, opened when something is asked of it and again whenever one broke, and what failed in words. Safe for concurrent use. Nothing belongs to a
/// session, so that PgBouncer may give each transaction another.
/// </summary>
internal sealed class PostgresDatabase : IAsyncDisposable
{
    /// <summary>The advisory lock of the roster: writes of data points hold it together, whoever changes the roster holds it alone. Any number that nobody else uses.</summary>
    private const long RosterLock = 0x1AF10E4CE5;

    // Of the hundred connections that a server allows unless told otherwise, four roles take less than all: an API that is asked a lot must not keep an ingester from connecting. More
    // would not be faster, on the cores that a database has.
    private const int UsualPoolSize = 20;

    // A server that does not take a connection within it is away; Npgsql waits for 15.
    private const int UsualSecondsToConnect = 5;

    // Some twenty slices each: more at once would have the connections that appends need, and the database's time.
    private const int SearchesAtOnce = 2;

    // What is changed of a compressed chunk is decompressed by batches of a thousand rows, and TimescaleDB refuses a transaction that comes to 100,000: a hundred influencers here and there,
    // each time it is tried. How much one changes is limited here, by its slices.
    private const string AnyDecompressed = ", set_config('timescaledb.max_tuples_decompressed_per_dml_transaction', '0', true)";

    private readonly Lock _making = new();
    private readonly ILoggerFactory _loggers;
    private readonly Reachability _reachability;
    private NpgsqlDataSource? _source;
    private volatile DatabaseKind? _kind;

    /// <param name="options">How it is connected to.</param>
    /// <param name="loggers">Npgsql's own.</param>
    /// <param name="timeProvider">Says when a server that could not be reached is tried again; null for the system's.</param>
    public PostgresDatabase(PostgresOptions options, ILoggerFactory loggers, TimeProvider? timeProvider = null)
    {
        (Options, _loggers, _reachability) = (options, loggers, new Reachability(timeProvider ?? TimeProvider.System));
        Where = string.IsNullOrWhiteSpace(options.ConnectionString) ? "nowhere" : ConnectionStrings.Describe(options.ConnectionString);
    }

    public PostgresOptions Options { get; }

    /// <summary>Whoever looks through the roster for people waits for a place here.</summary>
    public SemaphoreSlim SearchPlaces { get; } = new(SearchesAtOnce);

    /// <summary>Where it is, without what is secret.</summary>
    public string Where { get; }

    /// <summary>What was found behind the connection; null before it was reached.</summary>
    public DatabaseKind? Kind => _kind;

    /// <summary>Asks or does something that needs no more than one command to be whole, on a connection of its own.</summary>
    /// <exception cref="StoreUnavailableException">The database is away; the message says why.</exception>
    public async ValueTask<T> UseAsync<T>(Func<NpgsqlConnection, CancellationToken, Task<T>> use, CancellationToken cancellationToken)
    {
        try
        {
            await using var connection = await OpenAsync(cancellationToken);
            return await use(connection, cancellationToken);
        }
        catch (Exception exception) when (!cancellationToken.IsCancellationRequested && PostgresErrors.IsOfTheDatabase(exception))
        {
            // The others of the pool were told the same when they were opened, and keep to it whatever is mended: the next is a new one.
            if (PostgresErrors.IsOfTheSession(exception))
                _source?.Clear();
            throw PostgresErrors.Explain(exception, Where);
        }
    }

    /// <summary>Does all of something or nothing.</summary>
    /// <param name="roster">Whether it writes beside others, alone, or has nothing to do with who is on the roster.</param>
    /// <exception cref="StoreUnavailableException">The database is away; the message says why. It may have been done, when the answer was lost.</exception>
    /// <exception cref="StoreRefusedException">It can never be stored.</exception>
    public ValueTask<T> WriteAsync<T>(RosterUse roster, Func<NpgsqlConnection, CancellationToken, Task<T>> write, CancellationToken cancellationToken) =>
        UseAsync(async (connection, cancel) =>
        {
            await using var transaction = await connection.BeginTransactionAsync(cancel);
            await BeginAsync(connection, roster, cancel);
            var result = await write(connection, cancel);
            await transaction.CommitAsync(cancel);
            return result;
        }, cancellationToken);

    public async ValueTask DisposeAsync()
    {
        SearchPlaces.Dispose();
        if (_source is not null)
            await _source.DisposeAsync();
    }

    // A process that freezes in the middle would hold its locks for as long as its machine answers, and nobody else could change the roster. With the
    // transaction, not with the session, which PgBouncer gives to others.
    private Task<int> BeginAsync(NpgsqlConnection connection, RosterUse roster, CancellationToken cancellationToken)
    {
        var idle = ((long)Options.CommandTimeout.TotalMilliseconds).ToString(System.Globalization.CultureInfo.InvariantCulture);
        var settings = $"SELECT set_config('idle_in_transaction_session_timeout', $1, true){(_kind!.IsTimescale ? AnyDecompressed : "")}";
        return roster == RosterUse.None
            ? connection.DoAsync(settings, [idle], cancellationToken)
            : connection.DoAsync($"{settings}, pg_advisory_xact_lock{(roster == RosterUse.Shared ? "_shared" : "")}($2)", [idle, RosterLock], cancellationToken);
    }

    private async ValueTask<NpgsqlConnection> OpenAsync(CancellationToken cancellationToken)
    {
        var connection = await ConnectAsync(cancellationToken);
        try
        {
            _kind ??= await DatabaseKind.FindAsync(connection, Where, cancellationToken);
            return connection;
        }
        catch
        {
            await connection.DisposeAsync();
            throw;
        }
    }

    private async ValueTask<NpgsqlConnection> ConnectAsync(CancellationToken cancellationToken)
    {
        var source = Source();
        _reachability.BeginTry();
        try
        {
            var connection = await source.OpenConnectionAsync(cancellationToken);
            _reachability.EndTry(null);
            return connection;
        }
        catch (Exception exception)
        {
            if (cancellationToken.IsCancellationRequested)
                _reachability.BreakOff();
            else
                _reachability.EndTry(PostgresErrors.IsOfTheServer(exception) ? PostgresErrors.Explain(exception, Where).Message : null);
            throw;
        }
    }

    private NpgsqlDataSource Source()
    {
        lock (_making)
        {
            if (_source is not null)
                return _source;
            if (string.IsNullOrWhiteSpace(Options.ConnectionString))
                throw new StoreUnavailableException("Postgres:ConnectionString is not set.");
            var builder = new NpgsqlDataSourceBuilder(Options.ConnectionString);
            var connection = builder.ConnectionStringBuilder;
            connection.CommandTimeout = (int)Options.CommandTimeout.TotalSeconds;
            // Behind PgBouncer the session that would be reset is not the one that was used.
            connection.NoResetOnClose = true;
            if (!connection.ShouldSerialize("Maximum Pool Size"))
                connection.MaxPoolSize = Math.Max(UsualPoolSize, connection.MinPoolSize);
            if (!connection.ShouldSerialize("Timeout"))
                connection.Timeout = UsualSecondsToConnect;
            connection.ApplicationName ??= "influencer-analytics";
            builder.UseLoggerFactory(new QuietCommands(_loggers));
            return _source = builder.Build();
        }
    }

    // Npgsql logs each command, each COPY and each failure, which those who call know better how to say.
    private sealed class QuietCommands(ILoggerFactory loggers) : ILoggerFactory
    {
        public ILogger CreateLogger(string categoryName) =>
            categoryName is "Npgsql.Command" or "Npgsql.Connection" or "Npgsql.Copy" ? Microsoft.Extensions.Logging.Abstractions.NullLogger.Instance : loggers.CreateLogger(categoryName);

        public void AddProvider(ILoggerProvider provider) => loggers.AddProvider(provider);

        public void Dispose()
        {
        }
    }
}
