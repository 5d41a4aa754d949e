using InfluencerAnalytics.Benchmarks.Running;

namespace InfluencerAnalytics.Benchmarks.Storage;

/// <summary>
/// Where the processes of a benchmark keep things: a database of its own, queues on a server of its own, or, without either, in their data directories. Told to them by the
/// environment, which they inherit: no password then stands in the list of processes.
/// </summary>
internal sealed class OwnStorage : IAsyncDisposable
{
    private readonly OwnDatabase? _database;

    private OwnStorage(OwnDatabase? database, SqsServer? queues) => (_database, Queues) = (database, queues);

    public SqsServer? Queues { get; }

    public string? ConnectionString => _database?.ConnectionString;

    /// <param name="server">Of PostgreSQL, as a user that may create databases; null for none.</param>
    /// <param name="sqs">Whether the queues are on SQS.</param>
    /// <param name="output">Told what the migrations do.</param>
    /// <param name="cancellationToken">Gives it up.</param>
    public static async Task<OwnStorage> StartAsync(string? server, bool sqs, TextWriter output, CancellationToken cancellationToken)
    {
        var database = server is null ? null : await OwnDatabase.CreateAsync(server, output, cancellationToken);
        var storage = new OwnStorage(database, null);
        try
        {
            if (database is not null)
                Set(("Storage__Store", "Postgres"), ("Postgres__ConnectionString", database.ConnectionString));
            if (!sqs)
                return storage;
            storage = new OwnStorage(database, await SqsServer.StartAsync(cancellationToken));
            Set(("Storage__Queue", "Sqs"), ("Sqs__ServiceUrl", storage.Queues!.Url.ToString()), ("Sqs__Region", "us-east-1"), ("AWS_ACCESS_KEY_ID", "bench"), ("AWS_SECRET_ACCESS_KEY", "bench"));
            await ServerProcess.RunAsync("influencer-analytics.dll", cancellationToken, "queues", "create");
            return storage;
        }
        catch
        {
            await storage.DisposeAsync();
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (Queues is not null)
            await Queues.DisposeAsync();
        if (_database is not null)
            await _database.DisposeAsync();
    }

    private static void Set(params (string Name, string Value)[] variables)
    {
        foreach (var (name, value) in variables)
            Environment.SetEnvironmentVariable(name, value);
    }
}
