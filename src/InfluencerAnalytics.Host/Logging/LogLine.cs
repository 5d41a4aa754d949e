using System.Globalization;

namespace InfluencerAnalytics.Host.Logging;

/// <summary>One log event as one line: time in UTC, level, the type that wrote it, the message, and what was thrown.</summary>
internal static class LogLine
{
    public static string Format(DateTimeOffset time, LogLevel level, string category, string message, Exception? exception)
    {
        var dot = category.LastIndexOf('.');
        var source = dot < 0 ? category : category[(dot + 1)..];
        var text = string.Create(CultureInfo.InvariantCulture, $"{time.UtcDateTime:yyyy-MM-dd'T'HH:mm:ss.fff'Z'} {Name(level)} {source}: {OneLine(message)}");
        // A stack trace belongs to a bug only; what broke outside is told by its messages.
        return exception is null ? text : level >= LogLevel.Error ? $"{text} | {OneLine(exception.ToString())}" : $"{text} | {OneLine(exception.Message)}";
    }

    private static string Name(LogLevel level) => level switch
    {
        LogLevel.Trace => "trace",
        LogLevel.Debug => "debug",
        LogLevel.Information => "info ",
        LogLevel.Warning => "warn ",
        LogLevel.Error => "error",
        _ => "fatal",
    };

    // A line break in a message (a username, a provider's body) must not look like a line of ours.
    private static string OneLine(string text) =>
        text.AsSpan().IndexOfAny('\r', '\n') < 0 ? text : string.Join(" | ", text.Split(['\r', '\n'], StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries));
}
