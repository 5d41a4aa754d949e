using InfluencerAnalytics.Host.Api.Configuration;
using InfluencerAnalytics.Postgres.Configuration;

namespace InfluencerAnalytics.Host.Configuration;

/// <summary>Finds what cannot work together: settings that are right each for itself.</summary>
internal static class StorageCheck
{
    /// <summary>What is wrong for a process that runs a role, in words that name the key and say what to set; empty when it can start.</summary>
    /// <param name="configuration">In which every value can be read.</param>
    /// <param name="role">Null for a command that does something with the data and ends: it has whatever there is.</param>
    public static IReadOnlyList<string> Problems(IConfiguration configuration, HostedRole? role)
    {
        var layout = StorageLayout.Of(configuration, role);
        var problems = new List<string>();
        if (role is not null && role != HostedRole.Up && Alone(layout, role) is { } alone)
            problems.Add(alone);
        if (role is not null && layout.Store == StoreKind.Postgres && string.IsNullOrWhiteSpace(configuration[$"{PostgresOptions.Section}:{nameof(PostgresOptions.ConnectionString)}"]))
        {
            problems.Add(
                $"{PostgresOptions.Section}:{nameof(PostgresOptions.ConnectionString)}: is not set, and Storage:Store=Postgres needs it: "
                + "\"Host=…;Database=…;Username=…\", best given by the environment (Postgres__ConnectionString).");
        }
        if (role == HostedRole.Server && !layout.UsesDirectory && !configuration.GetSection($"{ApiOptions.Section}:{nameof(ApiOptions.Keys)}").GetChildren().Any())
        {
            problems.Add(
                $"{ApiOptions.Section}:{nameof(ApiOptions.Keys)}: 'serve' has no data directory here that keeps a key, and without one nobody could change anything. "
                + "Configure at least one: Api:Keys:0:Name, Api:Keys:0:Hash (SHA-256) and Api:Keys:0:Rights=Read,Write.");
        }
        return problems;
    }

    // On embedded storage of both kinds one role after the other may have the directory, for special occasions.
    private static string? Alone(StorageLayout layout, HostedRole role) => layout switch
    {
        { Queue: QueueKind.Embedded, Store: StoreKind.Postgres } =>
            $"{StorageOptions.Section}:{nameof(StorageOptions.Queue)}: the queues are Embedded, in the data directory of this process, and '{role.Command}' alone would share them with no other role. "
            + "Set Storage:Queue=Sqs, or run 'up', which has all roles.",
        { Queue: QueueKind.Sqs, Store: StoreKind.Embedded } =>
            $"{StorageOptions.Section}:{nameof(StorageOptions.Store)}: the store is Embedded, in the data directory of this process, and '{role.Command}' alone would share it with no other role. "
            + "Set Storage:Store=Postgres, or run 'up', which has all roles.",
        _ => null,
    };
}
