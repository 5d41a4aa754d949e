using System.Runtime.InteropServices;
using InfluencerAnalytics.Host.Failures;

namespace InfluencerAnalytics.Host.Processes;

/// <summary>
/// Ctrl-C, SIGTERM and a closed terminal: the first asks to stop, the second ends the process at once.
/// Safe for concurrent use.
/// </summary>
internal sealed class Signals : IDisposable
{
    private readonly CancellationTokenSource _stop = new();
    private readonly List<PosixSignalRegistration> _registrations = [];
    private int _received;

    /// <param name="ignoreInterrupt">
    /// For a child of <c>up</c>: a terminal sends Ctrl-C to every process in its foreground, but the simulator has to answer until the
    /// fetcher has finished. Its parent tells it when to stop.
    /// </param>
    public Signals(bool ignoreInterrupt)
    {
        foreach (var signal in new[] { PosixSignal.SIGINT, PosixSignal.SIGTERM, PosixSignal.SIGHUP, PosixSignal.SIGQUIT })
        {
            Action<PosixSignalContext> handler = ignoreInterrupt && signal != PosixSignal.SIGTERM ? Ignore : Handle;
            _registrations.Add(PosixSignalRegistration.Create(signal, handler));
        }
    }

    /// <summary>Cancelled at the first signal.</summary>
    public CancellationToken Stop => _stop.Token;

    /// <summary>Runs just before a second signal ends the process; for giving the terminal back as it was.</summary>
    public static event Action? Ending;

    public void Dispose()
    {
        foreach (var registration in _registrations)
            registration.Dispose();
        _stop.Dispose();
    }

    private static void Ignore(PosixSignalContext context) => context.Cancel = true;

    private void Handle(PosixSignalContext context)
    {
        context.Cancel = true;
        if (Interlocked.Increment(ref _received) == 1)
        {
            // Whatever waits for the token must not run on the signal's own thread: it would hold up a second signal.
            _ = _stop.CancelAsync();
            return;
        }
        Ending?.Invoke();
        Environment.Exit(ExitCodes.Interrupted);
    }
}
