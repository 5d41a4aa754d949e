using System.Text;

namespace InfluencerAnalytics.Host.Logging;

/// <summary>
/// Writes log lines to a file, for when the terminal shows the live status. At 10 MB the file is moved to <c>.1</c> and begun anew,
/// so it takes 20 MB at most. Lines are lost, and counted, while the disk is full. Safe for concurrent use.
/// </summary>
internal sealed class LogFile : ILoggerProvider
{
    private const long MaxBytes = 10_000_000;

    private readonly string _path;
    private readonly TimeProvider _timeProvider;
    private readonly Lock _lock = new();
    private StreamWriter? _writer;
    private long _lost;

    public LogFile(string path, TimeProvider timeProvider)
    {
        _path = path;
        _timeProvider = timeProvider;
        _writer = Open(path);
    }

    public ILogger CreateLogger(string categoryName) => new Writer(this, categoryName);

    public void Dispose()
    {
        lock (_lock)
        {
            try
            {
                _writer?.Dispose();
            }
            catch (IOException)
            {
                // A full disk at the end costs the last lines, nothing else.
            }
            _writer = null;
        }
    }

    // Without a buffer of its own, in which lines would wait that were counted as lost.
    private static StreamWriter Open(string path) =>
        new(new FileStream(path, FileMode.Append, FileAccess.Write, FileShare.ReadWrite | FileShare.Delete, bufferSize: 0), new UTF8Encoding(false)) { AutoFlush = true };

    private void Write(string line)
    {
        lock (_lock)
        {
            if (_writer is null)
                return;
            try
            {
                if (_lost > 0)
                    _writer.WriteLine($"({_lost} lines before this could not be written)");
                _writer.WriteLine(line);
                _lost = 0;
                if (_writer.BaseStream.Length > MaxBytes)
                    Rotate();
            }
            catch (IOException)
            {
                _lost++;
            }
        }
    }

    private void Rotate()
    {
        _writer!.Dispose();
        File.Move(_path, _path + ".1", overwrite: true);
        _writer = Open(_path);
    }

    private sealed class Writer(LogFile file, string category) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state) where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => logLevel != LogLevel.None;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            file.Write(LogLine.Format(file._timeProvider.GetUtcNow(), logLevel, category, formatter(state, exception), exception));
    }
}
