using System.Collections;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace InfluencerAnalytics.HostTests.Api;

/// <summary>Requests without end, made of the operations and parameters that a description names, with values that are right, nearly so, or nonsense. The same for the same seed.</summary>
internal sealed partial class FuzzRequests(JsonElement description, int seed) : IEnumerable<FuzzRequest>
{
    private static readonly string[] Ids = ["1", "2", "7", "49", "50", "48", "999", "9007199254740991"];

    private static readonly string[] Nonsense =
    [
        "", "0", "-1", "+1", "1.0", "1e9", "01", "9007199254740992", "18446744073709551616", "99999999999999999999999999", "NaN", "Infinity", "null", "undefined", "true", "[]", "{}", "x", "ä", "😀",
        "\u202e", "\0", "a\r\nb: c", "%", "%00", "%zz", "../../etc/passwd", "' OR 1=1 --", "<script>", "${jndi:x}", "a,b", ",", ";", "*", " ", "\t", "१२", "\ud800", new string('9', 400), new string('a', 3000),
    ];

    private static readonly Dictionary<string, string[]> Good = new(StringComparer.Ordinal)
    {
        ["id"] = Ids,
        ["ids"] = ["1", "1,2,3", "999"],
        ["start"] = ["-24h", "-90m", "0", "2026-11-23T15:00:00Z", "1795446000", "1795446000.5"],
        ["end"] = ["-1s", "2026-11-23", "1795446240", "2026-11-23T15:04:00+02:00"],
        ["start_time"] = ["-24h", "1795446000", "0"],
        ["end_time"] = ["1795446240", "-0s"],
        ["resolution"] = ["auto", "raw", "1m", "5m", "1h", "1d"],
        ["format"] = ["csv", "json"],
        ["limit"] = ["1", "2", "10", "100", "1000"],
        ["query"] = ["influencer", "INFLUENCER-4", "7", "nobody", "influencer-1"],
        ["status"] = ["tracked", "failing", "gone", "removed"],
        ["cursor"] = ["1", "25", "7.aW5mbHVlbmNlci03"],
        ["queue"] = ["influencer_id_store", "influencer_data_points"],
    };

    private static readonly (string Name, string[] Values)[] Headers =
    [
        ("X-Request-Id", ["abc-1", "not proper!", new string('x', 200)]), ("Accept", ["application/json", "text/csv", "text/html", "*/*;q=0", "text/csv;q=0.5, application/json", "///"]),
        ("Accept-Encoding", ["gzip", "br", "identity", "gzip;q=0, *", "nonsense"]), ("If-None-Match", ["*", "W/\"0000000000000000\"", "\"", ""]), ("Last-Event-ID", ["1.1", "x", "a.99999999999999999999"]),
        ("X-Forwarded-For", ["198.51.100.1", "nonsense", "::1"]), ("Authorization", ["Bearer wrong", "Basic x", "Bearer "]), ("Range", ["bytes=0-1", "bytes=5-"]), ("Cookie", ["a=b", "=;;", new string('c', 2000)]),
    ];

    private readonly Random _random = new(seed);
    private readonly (string Method, string Path, string[] Query)[] _operations = [.. OperationsOf(description)];

    public IEnumerator<FuzzRequest> GetEnumerator()
    {
        while (true)
            yield return Make();
    }

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    private static IEnumerable<(string, string, string[])> OperationsOf(JsonElement description)
    {
        foreach (var path in description.GetProperty("paths").EnumerateObject())
        {
            foreach (var operation in path.Value.EnumerateObject())
            {
                string[] query = operation.Value.TryGetProperty("parameters", out var parameters)
                    ? [.. parameters.EnumerateArray().Where(one => one.GetProperty("in").GetString() == "query").Select(one => one.GetProperty("name").GetString()!)]
                    : [];
                yield return (operation.Name.ToUpperInvariant(), path.Name, query);
            }
        }
    }

    private FuzzRequest Make()
    {
        var (method, path, query) = Pick(_operations);
        var url = PathParameter.Replace(path, _ => Uri.EscapeDataString(WellFormed(One(8) ? InPath(Pick(Nonsense)) : Pick(Ids)))) + Query(query);
        var sent = One(20) ? Pick(["GET", "HEAD", "POST", "PUT", "DELETE", "PATCH", "OPTIONS", "TRACE", "NONSENSE"]) : method == "GET" && One(10) ? "HEAD" : method;
        var (body, type) = sent is "POST" or "PATCH" or "PUT" || One(50) ? Body(path) : (null, null);
        // A backup is a copy on the disk: of those the disk would be full.
        var key = path.EndsWith("/backups", StringComparison.Ordinal) ? null : One(3) ? "wrong" : ApiHost.Key;
        var headers = Headers.Where(_ => One(6)).Select(header => (header.Name, Pick(header.Values))).ToList();
        if (key is not null && !One(10))
            headers.Add(("X-Api-Key", key));
        return new FuzzRequest(sent, url, body, type, headers);
    }

    private string Query(string[] known)
    {
        var parts = new List<string>();
        foreach (var name in known.Where(_ => One(2)))
            parts.Add($"{name}={Value(name)}");
        if (One(12))
            parts.Add($"{Pick(["limt", "x", "", "id", "q", "ids[]", "__proto__", "start"])}={Value("limit")}");
        if (parts.Count > 0 && One(15))
            parts.Add(parts[0]);
        return parts.Count == 0 ? One(30) ? "?" : "" : $"?{string.Join('&', parts)}";
    }

    // As it is now and then: a server gets what no client would send.
    private string Value(string name)
    {
        var value = WellFormed(!One(4) && Good.TryGetValue(name, out var good) ? Pick(good) : Pick(Nonsense));
        return One(10) ? value.Replace("&", "", StringComparison.Ordinal).Replace("#", "", StringComparison.Ordinal) : Uri.EscapeDataString(value);
    }

    private (byte[]? Body, string? Type) Body(string path)
    {
        var text = _random.Next(14) switch
        {
            0 => "",
            1 => "null",
            2 => "[1,2]",
            3 => """{"ids":[1,2""",
            4 => """{"ids":[0]}""",
            5 => """{"ids":["x",null,{}]}""",
            6 => """{"idz":[1]}""",
            7 => $$"""{"ids":{{new string('[', 2000)}}""",
            8 => """{"ids":[1e400,-1,9007199254740993]}""",
            9 => """{"interval":-1,"shardSize":0,"provider":"nowhere"}""",
            10 => One(300) ? $$"""{"ids":[1{{new string(' ', 5 << 20)}}]}""" : """{"interval":60}""",
            _ => path switch
            {
                "/api/v1/influencers" => """{"ids":[1,2,3,48,49]}""",
                "/api/v1/config" => """{"shardSize":500}""",
                "/api/v1/dead-letters/replay" => """{"ids":["1-1"]}""",
                _ => "{}",
            },
        };
        var type = One(10) ? Pick(["text/plain", "application/xml", "application/json; charset=utf-16", "multipart/form-data; boundary=x"]) : One(30) ? null : "application/json";
        return (One(40) ? [0xFF, 0xFE, 0x00, 0xC3, 0x28] : Encoding.UTF8.GetBytes(text), type);
    }

    // A zero in a path is no request to the server, which answers it before this program is asked.
    private static string InPath(string text) => text.Replace("\0", "", StringComparison.Ordinal);

    // Half of a surrogate pair cannot be sent by this client at all.
    private static string WellFormed(string text) => text.Replace("\ud800", "\ufffd", StringComparison.Ordinal);

    private bool One(int of) => _random.Next(of) == 0;

    private T Pick<T>(IReadOnlyList<T> some) => some[_random.Next(some.Count)];

    [GeneratedRegex("{[^}]+}")]
    private static partial Regex PathParameter { get; }
}
