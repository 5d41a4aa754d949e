using System.Buffers;
using System.Text;
using InfluencerAnalytics.Influencers;

namespace InfluencerAnalytics.Host.Api.Http;

/// <summary>Writes one row of CSV (RFC 4180) as UTF-8: fields, then <see cref="End"/>.</summary>
internal ref struct CsvRow(IBufferWriter<byte> to)
{
    private bool _first = true;

    public void Add(long value)
    {
        Separate();
        var span = to.GetSpan(20);
        value.TryFormat(span, out var length, default, System.Globalization.CultureInfo.InvariantCulture);
        to.Advance(length);
    }

    /// <summary>Empty for null.</summary>
    public void Add(long? value)
    {
        if (value is { } number)
            Add(number);
        else
            Separate();
    }

    /// <summary>true or false; empty for null.</summary>
    public void Add(bool? value)
    {
        Separate();
        if (value is { } known)
            to.Write(known ? "true"u8 : "false"u8);
    }

    /// <summary>The shortest text that reads back as the same number; empty for null.</summary>
    public void Add(double? value)
    {
        Separate();
        if (value is not { } number)
            return;
        var span = to.GetSpan(32);
        number.TryFormat(span, out var length, default, System.Globalization.CultureInfo.InvariantCulture);
        to.Advance(length);
    }

    /// <summary>Empty for null.</summary>
    public void Add(int? value)
    {
        if (value is { } number)
            Add((long)number);
        else
            Separate();
    }

    public void AddTime(long unixMs)
    {
        Separate();
        to.Advance(UtcText.Write(unixMs, to.GetSpan(UtcText.MaxLength)));
    }

    /// <summary>Text in quotes, so that no comma, quote or line break in it ends the field; empty for null.</summary>
    public void Add(string? text)
    {
        Separate();
        if (text is null)
            return;
        // A spreadsheet takes a field that begins with one of these for a formula, even in quotes; the apostrophe makes it text.
        var guard = text.Length > 0 && "=+-@".Contains(text[0], StringComparison.Ordinal) ? "'" : "";
        Encoding.UTF8.GetBytes($"\"{guard}{text.Replace("\"", "\"\"", StringComparison.Ordinal)}\"", to);
    }

    public readonly void End()
    {
        to.Write("\r\n"u8);
    }

    private void Separate()
    {
        if (!_first)
            to.Write(","u8);
        _first = false;
    }
}
