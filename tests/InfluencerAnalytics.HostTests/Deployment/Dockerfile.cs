using System.Text.Json;
using System.Text.RegularExpressions;

namespace InfluencerAnalytics.HostTests.Deployment;

/// <summary>The image's recipe, instruction by instruction.</summary>
internal static partial class Dockerfile
{
    public const string Image = "influencer-analytics";

    public const string Program = "/app/influencer-analytics";

    /// <summary>A line each, what was continued put together.</summary>
    public static IReadOnlyList<(string Name, string Text)> Instructions { get; } = Read(Path.Combine(DeployFiles.Deploy, "Dockerfile"));

    /// <summary>The variables of the last stage.</summary>
    public static IReadOnlyDictionary<string, string> Environment { get; } = Instructions
        .Skip(Instructions.ToList().FindLastIndex(static instruction => instruction.Name == "FROM"))
        .Where(static instruction => instruction.Name == "ENV")
        .Select(static instruction => instruction.Text)
        .SelectMany(rest => rest.Split(' ', StringSplitOptions.RemoveEmptyEntries))
        .Select(pair => pair.Split('=', 2))
        .ToDictionary(pair => pair[0], pair => pair[1]);

    /// <summary>What the program is started with when nothing else is said.</summary>
    public static IReadOnlyList<string> Command { get; } = JsonSerializer.Deserialize<List<string>>(One("CMD"))!;

    /// <summary>What the health check runs, the program's name first.</summary>
    public static IReadOnlyList<string> HealthCheck { get; } = JsonSerializer.Deserialize<List<string>>(One("HEALTHCHECK").Split("CMD ", 2)[1])!;

    public static IReadOnlyList<DeployedProcess> Processes =>
        [new DeployedProcess("Dockerfile, CMD", Command, Environment), new DeployedProcess("Dockerfile, HEALTHCHECK", [.. HealthCheck.Skip(1)], Environment)];

    public static IEnumerable<string> All(string name) => Instructions.Where(instruction => instruction.Name == name).Select(instruction => instruction.Text);

    /// <param name="last">Where each stage has one, that of the last.</param>
    public static string One(string name, bool last = false) => last ? All(name).Last() : All(name).Single();

    private static List<(string Name, string Text)> Read(string path)
    {
        var lines = File.ReadLines(path).Where(line => !line.TrimStart().StartsWith('#'));
        return [.. Continuation().Replace(string.Join('\n', lines), " ")
            .Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)
            .Select(line => line.Split(' ', 2))
            .Select(parts => (parts[0], parts[1].Trim()))];
    }

    [GeneratedRegex(@"\\\n\s*")]
    private static partial Regex Continuation();
}
