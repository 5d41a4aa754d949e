namespace InfluencerAnalytics.HostTests.Deployment;

/// <summary>One process of the program, as a file has it started.</summary>
/// <param name="Where">For people: the file and the name in it.</param>
/// <param name="Arguments">After the program's name.</param>
/// <param name="Environment">All that the file, and where it has one its image, sets.</param>
internal sealed record DeployedProcess(string Where, IReadOnlyList<string> Arguments, IReadOnlyDictionary<string, string> Environment)
{
    /// <summary>The port that it answers on when it is a role.</summary>
    public int Port => new Uri(Environment["Server__Listen"].Replace("*", "0.0.0.0", StringComparison.Ordinal)).Port;

    /// <summary>All of them, whoever starts them.</summary>
    public static IReadOnlyList<DeployedProcess> All => [.. Dockerfile.Processes, .. ComposeFile.Processes, .. KubernetesFiles.Processes, .. SystemdUnit.Processes];

    /// <summary>With the variables of the image below its own.</summary>
    public static DeployedProcess InImage(string where, IReadOnlyList<string> arguments, IEnumerable<KeyValuePair<string, string>> environment)
    {
        var all = new Dictionary<string, string>(Dockerfile.Environment);
        foreach (var (name, value) in environment)
            all[name] = value;
        return new DeployedProcess(where, arguments.Count > 0 ? arguments : Dockerfile.Command, all);
    }

    public override string ToString() => $"{Where}: {string.Join(' ', Arguments)}";
}
