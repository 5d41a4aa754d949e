using System.Buffers;
using System.Globalization;
using System.Text;
using InfluencerAnalytics.Client.Contract;
using InfluencerAnalytics.Host.Api.Http;
using InfluencerAnalytics.Host.Status;

namespace InfluencerAnalytics.Host.Commands.Asking;

/// <summary>Prints influencers of the roster, page after page.</summary>
internal sealed class RosterPrinter(string format, TextWriter output)
{
    public const string Table = "table";
    private const string Csv = "csv";
    private const string Json = "json";

    private bool _hasBegun;

    public static IReadOnlyList<string> Formats { get; } = [Table, Csv, Json, "ids"];

    public void Print(IReadOnlyList<RosterItem> items)
    {
        if (!_hasBegun && Heading() is { } heading)
            output.WriteLine(heading);
        _hasBegun = true;
        foreach (var item in items)
            output.WriteLine(Line(item));
    }

    private string? Heading() => format switch
    {
        Table => $"{"ID",-16}  {"STATUS",-8}  {"SINCE",-24}  {"FOLLOWERS",16}  {"LAST ERROR",-16}  USERNAME",
        Csv => "id,username,status,since,lastError,lastErrorAt,followerCount,slot",
        _ => null,
    };

    private string Line(RosterItem item) => format switch
    {
        Table => string.Create(CultureInfo.InvariantCulture, $"{item.Id,-16}  {item.Status,-8}  {item.Since,-24}  {item.FollowerCount,16:#,0}  {item.LastError,-16}  {(item.Username is { } name ? PlainText.Of(name) : "")}").TrimEnd(),
        Csv => CsvLine(item),
        Json => AnswerJson.Line(item),
        _ => item.Id.ToString(CultureInfo.InvariantCulture),
    };

    private static string CsvLine(RosterItem item)
    {
        var bytes = new ArrayBufferWriter<byte>(256);
        var row = new CsvRow(bytes);
        row.Add(item.Id);
        row.Add(item.Username);
        row.Add(item.Status);
        row.Add(item.Since);
        row.Add(item.LastError);
        row.Add(item.LastErrorAt);
        if (item.FollowerCount is { } followers)
            row.Add(followers);
        else
            row.Add((string?)null);
        row.Add(item.Slot);
        return Encoding.UTF8.GetString(bytes.WrittenSpan);
    }
}
