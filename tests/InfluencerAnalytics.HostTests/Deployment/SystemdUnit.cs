using System.Text.RegularExpressions;

namespace InfluencerAnalytics.HostTests.Deployment;

/// <summary>A unit of systemd, as far as this program's are one: a key a line.</summary>
internal sealed partial class SystemdUnit(string name)
{
    /// <summary>Where the units say that the program is.</summary>
    public const string Program = "/opt/influencer-analytics/influencer-analytics";

    private static readonly string[] Roles = ["seeder", "fetch", "ingest", "classify", "serve"];

    private readonly ILookup<string, string> _values = Lines(name).ToLookup(pair => pair.Name, pair => pair.Value);

    public static SystemdUnit Up { get; } = new("influencer-analytics.service");

    public static SystemdUnit Role { get; } = new("influencer-analytics@.service");

    public static IReadOnlyList<DeployedProcess> Processes { get; } = [Up.Process("up"), .. Roles.Select(Role.Process)];

    public string Name => name;

    public string Text => File.ReadAllText(PathOf(name));

    public string this[string key] => _values[key].Single();

    /// <param name="instance">For the template, what stands behind the @.</param>
    private DeployedProcess Process(string instance)
    {
        var words = Expand(this["ExecStart"], instance).Split(' ');
        words[0].ShouldBe(Program);
        var environment = _values["Environment"].SelectMany(line => line.Split(' ')).Select(pair => pair.Split('=', 2))
            .Concat(Example())
            .ToDictionary(pair => pair[0], pair => Expand(pair[1], instance));
        return new DeployedProcess($"{name}, {instance}", words[1..], environment);
    }

    // What is commented out there is to be used by somebody as well. The last one of a name counts.
    private static IEnumerable<string[]> Example() => File.ReadLines(PathOf("settings.example"))
        .Select(line => Setting().Match(line))
        .Where(match => match.Success)
        .Select(match => new[] { match.Groups["name"].Value, match.Groups["value"].Value.Trim('"') })
        .GroupBy(pair => pair[0], (_, pairs) => pairs.Last());

    private static string Expand(string text, string instance) =>
        text.Replace("%i", instance, StringComparison.Ordinal).Replace("%S", "/var/lib", StringComparison.Ordinal);

    private static IEnumerable<(string Name, string Value)> Lines(string name) => File.ReadLines(PathOf(name))
        .Where(line => line.Contains('=', StringComparison.Ordinal) && !line.StartsWith('#'))
        .Select(line => line.Split('=', 2))
        .Select(pair => (pair[0], pair[1]));

    private static string PathOf(string name) => Path.Combine(DeployFiles.Deploy, "systemd", name);

    [GeneratedRegex("^#?(?<name>[A-Za-z0-9_]+)=(?<value>.*)$")]
    private static partial Regex Setting();
}
