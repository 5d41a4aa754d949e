using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Logging.Console;

namespace InfluencerAnalytics.Host.Logging;

/// <summary>Writes each log event to the console as one line.</summary>
internal sealed class LineConsoleFormatter(TimeProvider timeProvider) : ConsoleFormatter(FormatterName)
{
    public const string FormatterName = "line";

    public override void Write<TState>(in LogEntry<TState> logEntry, IExternalScopeProvider? scopeProvider, TextWriter textWriter)
    {
        var message = logEntry.Formatter(logEntry.State, logEntry.Exception);
        textWriter.WriteLine(LogLine.Format(timeProvider.GetUtcNow(), logEntry.LogLevel, logEntry.Category, message, logEntry.Exception));
    }
}
