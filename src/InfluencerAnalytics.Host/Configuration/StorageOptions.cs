using InfluencerAnalytics.Configuration;

namespace InfluencerAnalytics.Host.Configuration;

/// <summary>What stands behind the ports.</summary>
internal sealed record StorageOptions : IValidatedOptions
{
    public static string Section => "Storage";

    /// <summary>The queues: "Embedded", in the data directory, or "Sqs". Default Embedded.</summary>
    public QueueKind Queue { get; init; }

    /// <summary>The store: "Embedded", in the data directory, or "Postgres". Default Embedded.</summary>
    public StoreKind Store { get; init; }

    public void Validate(OptionsErrors errors)
    {
        if (!Enum.IsDefined(Queue))
            errors.Add(nameof(Queue), $"'{Queue}' is not one of {string.Join(", ", Enum.GetNames<QueueKind>())}.");
        if (!Enum.IsDefined(Store))
            errors.Add(nameof(Store), $"'{Store}' is not one of {string.Join(", ", Enum.GetNames<StoreKind>())}.");
    }
}
