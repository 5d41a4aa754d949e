namespace InfluencerAnalytics.HostTests.Running;

/// <summary>Options of a command line for queues on a server of the tests.</summary>
internal static class SqsSettings
{
    /// <summary>With queues that nobody else has.</summary>
    public static string[] Of(Uri server) => Of(server, $"t{Guid.NewGuid():N}-");

    public static string[] Of(Uri server, string prefix) =>
        ["--set", "Storage:Queue=Sqs", "--set", $"Sqs:ServiceUrl={server}", "--set", "Sqs:Region=us-east-1", "--set", $"Sqs:QueuePrefix={prefix}"];
}
