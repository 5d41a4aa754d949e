using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using YamlDotNet.Core;
using YamlDotNet.Core.Events;
using YamlDotNet.Serialization;

namespace InfluencerAnalytics.HostTests.Deployment;

/// <summary>The files that others deploy the program with, as they are in the repository.</summary>
internal static partial class DeployFiles
{
    private static readonly IDeserializer Reader = new DeserializerBuilder().Build();
    private static readonly ISerializer Json = new SerializerBuilder().JsonCompatible().Build();

    /// <summary>The repository.</summary>
    public static string Root { get; } = FindRoot(AppContext.BaseDirectory);

    public static string Deploy { get; } = Path.Combine(Root, "deploy");

    /// <summary>The documents of a file of YAML, anchors and merge keys resolved. Every scalar is a string.</summary>
    public static List<JsonNode> Yaml(string path)
    {
        using var text = new StringReader(File.ReadAllText(path));
        var parser = new MergingParser(new Parser(text));
        var documents = new List<JsonNode>();
        parser.Consume<StreamStart>();
        while (parser.Accept<DocumentStart>(out _))
            documents.Add(JsonNode.Parse(Json.Serialize(Reader.Deserialize<object>(parser)))!);
        return documents;
    }

    /// <summary>A list of texts; empty when there is none.</summary>
    public static List<string> Texts(JsonNode? list) => list is null ? [] : [.. list.AsArray().Select(Text)];

    /// <summary>A map of texts; empty when there is none.</summary>
    public static Dictionary<string, string> Map(JsonNode? map) => map is null ? [] : map.AsObject().ToDictionary(pair => pair.Key, pair => Text(pair.Value));

    /// <summary>A text, with what stands for a variable that nobody set.</summary>
    public static string Text(JsonNode? node) => Variable().Replace(node?.GetValue<string>() ?? "", match => match.Groups["default"].Value);

    // ${NAME:-default}; one without a default has to be set by whoever deploys, and none of ours has to.
    [GeneratedRegex(@"\$\{[A-Z_]+:-(?<default>[^}]*)\}")]
    private static partial Regex Variable();

    private static string FindRoot(string directory) =>
        File.Exists(Path.Combine(directory, "InfluencerAnalytics.slnx")) ? directory : FindRoot(Path.GetDirectoryName(directory)!);
}
