namespace InfluencerAnalytics.Tests.Architecture;

/// <summary>Where the sources lie that this was built from.</summary>
internal static class Repository
{
    public static string Root { get; } = FindRoot(AppContext.BaseDirectory);

    private static string FindRoot(string directory) =>
        File.Exists(Path.Combine(directory, "InfluencerAnalytics.slnx")) ? directory : FindRoot(Path.GetDirectoryName(directory)!);
}
